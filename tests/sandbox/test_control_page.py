"""The control panel as a page for people."""

from tests.sandbox.fakes import eventually


class TestPage:
    FORM = {
        "hub": "http://127.0.0.1:1",
        "partner_id": "P-2",
        "usernames": "*.pc, boss",
        "open_years": "2028, 2027",
        "field_map": '{"zip": "ZipCode"}',
        "duplicates": "1",
        "reorder": "0",
        "lost_answers": "0",
        "delay_seconds": "0.5",
        "envelope_size": "10",
        "bad_data": "bad_date",
        "paused": "on",
    }

    def test_saves_the_settings(self, browser):
        reply = browser.post("/control", self.FORM)

        assert reply.status == 303
        settings = browser.get("/control/api").json["settings"]
        assert settings["usernames"] == ["*.pc", "boss"]
        assert settings["open_years"] == [2028, 2027]
        assert (settings["paused"], settings["envelope"]) == (True, False)
        assert (settings["delay_seconds"], settings["bad_data"]) == (0.5, "bad_date")
        assert "Misbehaving: pushing is paused; 1" in browser.get("/control").text

    def test_shows_what_is_wrong_beside_the_field(self, browser):
        wrong = {"duplicates": "many", "field_map": "{", "open_years": "soon", "hub": "x"}

        reply = browser.post("/control", self.FORM | wrong)

        assert reply.status == 422
        assert reply.text.count('aria-invalid="true"') == 4
        assert reply.value("duplicates") == "many"
        assert "PlanCompare behaves well" in reply.text

    def test_makes_sends_and_forgets_enrollments(self, browser, hub):
        browser.post("/control", self.FORM | {"hub": hub.url, "bad_data": "none"})

        browser.post("/control/generate", {"count": "2", "seed": "4", "username": "a.pc"})

        assert browser.get("/control").text.count("PC-20261122-000") >= 2
        browser.send("/control/api", {"paused": False, "delay_seconds": 0})
        eventually(lambda: len(hub.deliveries) >= 4)
        before = len(hub.deliveries)
        browser.post("/control/send", {"delivery": "1"})
        eventually(lambda: len(hub.deliveries) >= before + 2)
        browser.post("/control/forget", {})
        assert "Nothing has been sent or queued yet" in browser.get("/control").text
