"""First names that stand for one another: short forms and spellings, English and Spanish."""

from collections import defaultdict
from collections.abc import Mapping

# One line is one name; a form that stands for several names is on several lines. Written as
# ``name_key`` writes them: without case, accents, spaces and punctuation.
_FORMS = """
abigail abby gail
abraham abe abram
agnes aggie
albert alberto al bert bertie beto tito
alejandro alex alejo jano sandro
alexander alex al alec sandy xander
alexandra alex sandra sandy lexi alejandra
alfred alfredo al fred alf
alice alicia allie licha ali
allen alan allan al
amanda mandy
andrew andy drew andres
angela angie angelita
anna ann anne ana annie anita nan nancy hannah
anthony tony antonio toni tono
arthur art artie arturo
barbara barb barbie babs
beatrice beatriz bea betty bety
benjamin ben benny benji
bernard bernie bernardo
beverly bev
brenda bren
bruce brucie
calvin cal
candelaria candy candela
carl karl carlos
carlos charlie carlitos charly
carol carole caroline carolyn carrie carolina
carmen carmela carmencita
catherine katherine kathryn katharine kate kathy cathy katie kay kitty catalina kathleen
charles charlie chuck chas chip carlos
cheryl sheryl cheri sherry
christina christine chris chrissy tina cristina kristina kristine
christopher chris kit cristobal topher
clarence clare
concepcion concha conchita
constance connie
consuelo chelo
cynthia cindy
daniel dan danny
david dave davey
deborah debra deb debbie
dennis denny denis
diane dianne diana di
dolores lola loli lolita delores dee
donald don donny donnie
donna dona
doris dori
dorothy dot dottie dolly dorothea
douglas doug
edith edie
eduardo lalo edu eddie edward
edward ed eddie ted teddy ned
eleanor ellie nell nora elinor leonor elena
elena helen helena ellen lena nena
elizabeth liz beth betty betsy eliza lizzie lisa isabel isabella libby elisabeth
enrique quique kike henry
ernest ernie ernesto neto
esperanza espe
esther ester hester
eugene gene eugenio
evelyn evie eve
felix feliz
fernando nando fer
florence flo flossie
frances fran francie frankie fanny francisca
francis frank francisco
francisco paco pancho paquito kiko cisco frank francis
frank frankie franklin
frederick fred freddie freddy rick federico fede fritz
gabriel gabe gabi
gail gayle
gary garry
genevieve gen genny
george jorge georgie
gerald jerry gerry geraldo gerardo
gilbert gil gilberto beto
glenn glen
gloria glory
gordon gordie
graciela chela grace gracie
gregory greg gregorio goyo
guadalupe lupe lupita
guillermo memo william
harold harry hal haroldo
harriet hattie
hector tito
henry hank harry hal
herbert herb bert heriberto beto
howard howie
hugh hugo hughie
ignacio nacho iggy
irene rena
isabel isabella chabela isa chavela
jack jackson
jacob jake jacobo
jacqueline jackie jacquelyn
james jim jimmy jamie jaime
janet jan janette
janice jan janis
jason jay
jean jeanne jeannie jeanette
jeffrey jeff geoffrey geoff
jennifer jen jenny jenn
jerome jerry
jessica jess jessie
jesus chuy chucho
joan joanie
joanne joann joanna jo
john jon johnny johnnie jack juan
jonathan jon johnathan nathan
jorge george coque
jose pepe joe joseph chepe cheo
josefina josephine josie pepa fina chepina
joseph joe joey jose
josephine josie jo josefina
joshua josh
joyce joy
juan john juanito johnny
juana juanita jane joan
judith judy judi
julia julie juliet
karen karin
kenneth ken kenny
kimberly kim
larry lawrence
laura laurie lori
lawrence larry laurence lorenzo lencho
leonard leo len lenny leonardo
leticia lety letty
lillian lily lil lilian
linda lynda lindy
lloyd loyd
lois loise
lorenzo lencho lawrence
lorraine lori lorrie
louis lou louie luis lewis
louise lou louisa luisa
lucille lucy lucia luz lucila
luis louis lucho
manuel manny manolo manuelito meme
marcella marcy marcela
margaret maggie meg peggy marge margie peg greta rita madge margarita
margarita margaret rita margo mague
maria mary marie mari maruja mariquita
mariaelena malena nena
marilyn mary marylin
marion marian marianne
marjorie marge margie marj
martha marty marta
marvin marv
mary mae molly polly mamie may maria marie
matthew matt mateo
maureen mo
melvin mel
mercedes meche merche
michael mike mickey mick miguel
miguel mike michael micky
mildred millie milly
mitchell mitch
nancy nan
nathaniel nate nathan nat
nicholas nick nicky nicolas nico colas
norma normita
norman norm
ofelia ophelia
pamela pam
patricia pat patty patsy trish tricia
patrick pat paddy patricio
paul pablo pauly
pedro peter perico
peggy margaret
peter pete pedro
philip phillip phil felipe
phyllis phil
priscilla pris
rafael ralph rafa
ralph rafe raul
ramon moncho monchi raymond
raquel rachel
raymond ray raymundo ramon
rebecca becky becca rebeca
refugio cuca cuco
rene renee
richard rick dick rich ricky richie ricardo
robert bob bobby rob robbie bert roberto beto
roberta bobbie robbie berta
roger rodger rogelio
ronald ron ronnie ronny rolando
rosa rose rosie rosita
rosario chayo charo
rosemary rose rosie romy rosamaria
rosemarie rosemary rose
roy roi
russell russ rusty russel
ruth ruthie
salvador chava sal
samuel sam sammy
sandra sandy sandi
santiago diego james chago
sara sarah sally sadie sarita
sergio checo
sharon shari sherry
shirley shirl
sofia sophia sophie
socorro coco
stanley stan
stephanie steph stefanie
steven stephen steve stevie esteban
sue susan susie
susan susanna suzanne suzy susie sue susana
teresa theresa terry tess tere teresita tessa
theodore ted teddy theo teodoro
thomas tom tommy tomas
timothy tim timmy timoteo
tomas thomas tommy
ursula ursi
vernon vern
veronica vero ronnie
victor vic vicente
victoria vicky vicki tori
vicente chente vincent vince
vincent vince vinny vicente
virginia ginny ginger gina
walter walt wally
wanda wandy
wayne waine
william bill billy will willie liam guillermo
yolanda yoli
"""
# Further common names: one of these beside another is another person's, not a typing error.
_OTHERS = """
aaron adela adele adrian adriana alba alfonso alma amalia amelia anibal armando arnold aurelio
aurora bella bonnie brian bryan camila camilo carla carlo cecilia celia cesar clara claudia
claudio cora dale dana daniela danielle darrell darren dina dora edgar edna elia elisa ella elma
elsa elva emil emilia emilio emma eric erica erma ernestina etta eva fabian fausto fidel flora
gabriela gale gina gladys glenda gonzalo hale hilda homer horacio ida ines irma iris ivan jared
javier jesusa joel josue julian julio justin justina kara kevin lana laverne leila leon leona
lidia liliana luciano mabel marcelo marco marcos marina mario marisa marisol mark marlene martin
martina maura melissa melisa melinda mina minerva moises mona monica myra nelson nestor nina
nina noel noemi nora octavio olga oliver olivia omar oscar otto paula paulina ramiro ramona rina
rodolfo rodrigo romeo rosalie rosalia rosalind roxana ruben rufus saul selma silvia silvio simon
stella tania thelma tina trinidad troy valentin valeria vera verna viola violet vivian wilma
xavier zoila
"""


def _index() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    found: dict[str, set[str]] = defaultdict(set)
    full: dict[str, set[str]] = defaultdict(set)
    for line in _FORMS.strip().split("\n"):
        name, *short = line.split()
        found[name] |= {*short}
        for form in short:
            found[form].add(name)
            full[form].add(name)
    for name in _OTHERS.split():
        found.setdefault(name, set())
    return (
        {form: frozenset(others) for form, others in found.items()},
        {form: frozenset(names) for form, names in full.items()},
    )


_STANDS_FOR, _FULL = _index()


def is_given_name(key: str) -> bool:
    """Whether this is a common first name, so that another one is no typing error."""
    return key in _STANDS_FOR


def stand_for_one_another(one: str, other: str) -> bool:
    """Whether two first names may be one person's: Bob and Robert, Pepe and José.

    Two short forms of one name count as well (Bob and Rob), two full names only when a line says
    so: Ted is Edward or Theodore, yet Edward is not Theodore.
    """
    if other in _STANDS_FOR.get(one, ()) or one in _STANDS_FOR.get(other, ()):
        return True
    full = _FULL.get(one, frozenset()) & _FULL.get(other, frozenset())
    return bool(full)


def forms_of(key: str) -> frozenset[str]:
    """Every name that may be meant by this one."""
    forms = _STANDS_FOR.get(key, frozenset())
    return forms.union(*(_STANDS_FOR[full] for full in _FULL.get(key, ())))
