"""Names of made-up people: common first and last names, combined by chance."""

ENGLISH_WOMEN = (
    "Alice", "Barbara", "Betty", "Beverly", "Brenda", "Carol", "Carolyn", "Catherine", "Cheryl",
    "Christine", "Connie", "Cynthia", "Deborah", "Diane", "Donna", "Doris", "Dorothy",
    "Eleanor", "Evelyn", "Frances", "Gail", "Gloria", "Helen", "Irene", "Jacqueline", "Janet",
    "Janice", "Jean", "Joan", "Joyce", "Judith", "Judy", "Karen", "Kathleen", "Linda", "Lois",
    "Lorraine", "Marie", "Marilyn", "Marjorie", "Martha", "Mary", "Maureen", "Nancy", "Norma",
    "Pamela", "Patricia", "Peggy", "Phyllis", "Rita", "Roberta", "Rosemary", "Ruth", "Sandra",
    "Sharon", "Shirley", "Susan", "Theresa", "Virginia", "Wanda",
)  # fmt: skip
ENGLISH_MEN = (
    "Albert", "Allen", "Arthur", "Bernard", "Bruce", "Calvin", "Carl", "Charles", "Clarence",
    "Daniel", "David", "Dennis", "Donald", "Douglas", "Earl", "Edward", "Eugene", "Francis",
    "Frank", "Fred", "Gary", "George", "Gerald", "Glenn", "Gordon", "Harold", "Harry", "Henry",
    "Howard", "Jack", "James", "Jerry", "John", "Joseph", "Kenneth", "Larry", "Lawrence", "Leo",
    "Leonard", "Lloyd", "Marvin", "Melvin", "Michael", "Norman", "Patrick", "Paul", "Philip",
    "Ralph", "Raymond", "Richard", "Robert", "Roger", "Ronald", "Roy", "Russell", "Stanley",
    "Thomas", "Vernon", "Walter", "William",
)  # fmt: skip
ENGLISH_LAST = (
    "Adams", "Allen", "Anderson", "Baker", "Barnes", "Bell", "Bennett", "Boyd", "Brooks",
    "Brown", "Butler", "Carter", "Clark", "Coleman", "Collins", "Cook", "Cooper", "Cox",
    "Davis", "Dixon", "Edwards", "Ellis", "Evans", "Fisher", "Foster", "Fowler", "Fox",
    "Gibson", "Graham", "Grant", "Gray", "Green", "Griffin", "Hall", "Hamilton", "Hansen",
    "Harris", "Hayes", "Henderson", "Hill", "Holmes", "Howard", "Hughes", "Hunter", "Jenkins",
    "Jensen", "Johnson", "Jones", "Kelly", "Kennedy", "King", "Larson", "Lewis", "Long",
    "Marshall", "Mason", "McCarthy", "McDonald", "Meyer", "Miller", "Mitchell", "Moore",
    "Morgan", "Murphy", "Murray", "Myers", "Nelson", "Nguyen", "Novak", "O'Brien", "O'Connor",
    "Olson", "Palmer", "Park", "Parker", "Patel", "Patterson", "Perry", "Peterson", "Phillips",
    "Porter", "Powell", "Price", "Reed", "Reynolds", "Richardson", "Roberts", "Robinson",
    "Rogers", "Ross", "Russell", "Ryan", "Sanders", "Schmidt", "Schultz", "Scott", "Shaw",
    "Simmons", "Smith", "Snyder", "Stevens", "Stewart", "Sullivan", "Taylor", "Thompson",
    "Turner", "Wagner", "Walker", "Wallace", "Ward", "Watson", "Weber", "West", "White",
    "Williams", "Wilson", "Wood", "Wright", "Young",
)  # fmt: skip
SPANISH_WOMEN = (
    "Alicia", "Amparo", "Ana María", "Beatriz", "Blanca", "Carmen", "Celia", "Consuelo",
    "Dolores", "Elena", "Esperanza", "Estela", "Gloria", "Graciela", "Guadalupe", "Inés",
    "Josefina", "Juana", "Leticia", "Luz", "Margarita", "María Elena", "Marisol", "Mercedes",
    "Mónica", "Ofelia", "Pilar", "Raquel", "Rebeca", "Rosario", "Socorro", "Sofía", "Teresa",
    "Verónica", "Yolanda",
)  # fmt: skip
SPANISH_MEN = (
    "Alberto", "Alejandro", "Ángel", "Antonio", "Arturo", "César", "Eduardo", "Efraín",
    "Enrique", "Ernesto", "Félix", "Francisco", "Gilberto", "Guillermo", "Héctor", "Ignacio",
    "Jesús", "Joaquín", "Jorge", "José Luis", "Julio", "Luis", "Manuel", "Martín", "Miguel",
    "Óscar", "Pablo", "Rafael", "Ramón", "Raúl", "Ricardo", "Roberto", "Rubén", "Salvador",
    "Tomás",
)  # fmt: skip
SPANISH_LAST = (
    "Acosta", "Aguilar", "Álvarez", "Ávila", "Cabrera", "Calderón", "Campos", "Cárdenas",
    "Castillo", "Castro", "Cervantes", "Chávez", "Contreras", "Cordero", "Cruz", "De la Rosa",
    "Delgado", "Díaz", "Domínguez", "Espinoza", "Estrada", "Fernández", "Figueroa", "Flores",
    "Fuentes", "Gallegos", "García", "García López", "Garza", "Gómez", "González", "Guerrero",
    "Gutiérrez", "Hernández", "Herrera", "Ibarra", "Jiménez", "Juárez", "León", "López", "Luna",
    "Maldonado", "Márquez", "Martínez", "Medina", "Mejía", "Méndez", "Mendoza", "Molina",
    "Montoya", "Morales", "Moreno", "Muñoz", "Navarro", "Núñez", "Ochoa", "Orozco", "Ortega",
    "Ortiz", "Peña", "Pérez", "Quintero", "Quiñones", "Ramírez", "Reyes", "Ríos", "Rivera",
    "Rodríguez", "Rojas", "Romero", "Ruiz", "Salazar", "Sánchez", "Sandoval", "Santiago",
    "Serrano", "Solís", "Soto", "Suárez", "Torres", "Treviño", "Valdez", "Vargas", "Vásquez",
    "Vega", "Velázquez", "Villarreal", "Zamora", "Zúñiga",
)  # fmt: skip
NICKNAMES = {
    "Barbara": "Barb", "Deborah": "Debbie", "Dorothy": "Dottie", "Edward": "Ed", "James": "Jim",
    "Margarita": "Rita", "Michael": "Mike", "Pamela": "Pam", "Patricia": "Pat", "Richard": "Dick",
    "Robert": "Bob", "Ronald": "Ron", "Susan": "Sue", "Thomas": "Tom", "William": "Bill",
    "Francisco": "Paco", "Guadalupe": "Lupe", "Jesús": "Chuy", "Dolores": "Lola",
}  # fmt: skip
