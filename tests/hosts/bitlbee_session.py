# SPDX-License-Identifier: GPL-2.0-or-later
"""A person at irssi, on BitlBee, with the account of the sandbox."""
import re

import hosts_world  # noqa: F401: finds hostkit

import hostkit


class Session:
    def __init__(self, build, sandbox, user, log=None):
        self.sandbox = sandbox
        self.user = user
        self.bitlbee = hostkit.BitlBee(build, log=log)
        self.nick = "operator"
        self.irssi = hostkit.Irssi(self.bitlbee.port, self.nick)
        self.irssi.wait_for("End of MOTD")
        self.control()
        self.irssi.wait_for("Welcome to the BitlBee gateway")

    def control(self):
        self.irssi.type("/window goto 2")

    def root(self, line, answer=None):
        self.control()
        self.irssi.type(line)
        if answer:
            self.irssi.wait_for(answer)

    def set_up(self):
        """An account of BitlBee and in it one of Kaizala, which is not on yet."""
        sandbox = self.sandbox
        self.root("register secret123", "Account successfully created")
        self.root(f"account add kaizala {self.user['phone']}", "Account successfully added")
        self.root(f"account kaizala set connector_id {sandbox.ready['connectorId']}", "connector_id")
        self.root(f"account kaizala set connector_secret {sandbox.ready['connectorSecret']}",
                  "connector_secret")
        self.root(f"account kaizala set api_root {sandbox.url}", "api_root")

    def sign_on_by_token(self):
        """From a file, for it is longer than a line of IRC."""
        self.set_up()
        file = self.bitlbee.home / "token"
        file.write_text(self.user["refreshToken"])
        file.chmod(0o600)
        self.root(f"account kaizala set token_file {file}", "token_file")
        self.root("account kaizala on")
        self.wait_logged_in()

    def sign_on_by_pin(self):
        self.set_up()
        self.irssi.type("/clear")
        self.root("account kaizala on")
        asked = hostkit.wait_until(
            lambda: re.search(r"purple_request_\d+", self.all_windows()), "the question for the PIN")
        pin = hostkit.wait_until(lambda: self.pin(), "the SMS")
        self.irssi.type(f"/msg {asked.group()} {pin}")
        self.wait_logged_in()

    def asked(self, question):
        """Who asks @question; the window that has it is in front then."""
        def who():
            for number in range(1, 7):
                self.irssi.type(f"/window goto {number}")
                screen = self.irssi.screen()
                if hostkit.squeeze(question) in hostkit.squeeze(screen):
                    return re.findall(r"purple_request_\d+", screen)[-1]
            return None
        return hostkit.wait_until(who, repr(question))

    def pin(self):
        return self.sandbox.get("sms").get(self.user["phone"], {}).get("pin")

    def pins_sent(self):
        return self.sandbox.get("sms").get(self.user["phone"], {}).get("count", 0)

    def wait_logged_in(self):
        self.control()
        self.irssi.wait_for("Logged in")

    def all_windows(self):
        text = []
        for number in range(1, 7):
            self.irssi.type(f"/window goto {number}")
            text.append(self.irssi.screen())
        return "\n".join(text)

    def join(self, room_name, channel):
        """Adds the room by its number in the room list and joins it, as the README says."""
        self.root("/clear")
        self.root("chat list kaizala")

        def number():
            match = re.search(r"root>\s+(\d+)\s+\S+\s+" + re.escape(room_name) + r"\s*$",
                              self.irssi.screen(), re.M)
            return match and match.group(1)
        found = hostkit.wait_until(number, f"{room_name!r} in the room list")
        self.root(f"chat add kaizala !{found} {channel}")
        self.irssi.type(f"/join {channel}")
        self.irssi.wait_for(f"has joined {channel}")

    def stop(self):
        self.irssi.stop()
        self.bitlbee.stop()
