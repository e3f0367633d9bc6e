# SPDX-License-Identifier: GPL-2.0-or-later
"""The real programs that tests and the demo run: the sandbox, Finch, Pidgin, BitlBee and irssi, each
in a throw-away home that touches nothing of the user's. Python standard library only."""
import html
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DEADLINE = float(os.environ.get("KZ_TEST_DEADLINE", "40"))


def wait_until(check, what, deadline=DEADLINE, pause=0.1):
    """Polls @check until it gives something true; fails by name after @deadline seconds."""
    end = time.monotonic() + deadline
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline:.0f} s in vain for {what}")
        time.sleep(pause)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_quietly(command, **options):
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, **options)


class Build:
    """Where the programs of a meson build directory are."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).resolve()
        self.module = self.directory / "src/purple/libkaizala.so"
        self.sandbox = self.directory / "tests/sandbox/kaizala-sandbox"
        self.headless = self.directory / "tests/lib/kaizala-headless"


class Sandbox:
    """A kaizala-sandbox process and its control API."""

    def __init__(self, build, scenario=None, seed=None, arguments=(), log=None):
        command = [str(build.sandbox), "--exit-with-parent", *arguments]
        if scenario:
            command += ["--scenario", str(scenario)]
        if seed is not None:
            command += ["--seed", str(seed)]
        self.log = open(log, "wb") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("kaizala-sandbox did not start")
        self.ready = json.loads(line)
        self.url = self.ready["url"]
        self.users = self.ready["users"]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/sandbox/" + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as answer:
                text = answer.read()
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{method} {path}: {problem.code} {problem.read()!r}") from None
        return json.loads(text) if text else None

    def get(self, path):
        return self.control("GET", path)

    def post(self, path, **body):
        return self.control("POST", path, body)

    def received(self, kind=None):
        items = self.get("received")["items"]
        return [item for item in items if kind is None or item["kind"] == kind]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        if self.log is not subprocess.DEVNULL:
            self.log.close()


class Profile:
    """A throw-away home with the plugin and, when given, an account of the sandbox."""

    def __init__(self, build, keep=False):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="kaizala-home-"))
        self.purple = self.home / ".purple"
        self.keep = keep
        plugins = self.purple / "plugins"
        plugins.mkdir(parents=True)
        (plugins / build.module.name).symlink_to(build.module)
        os.chmod(self.purple, 0o700)

    def add_account(self, sandbox, user, *uis, token=True, settings=None):
        """@uis: those hosts in which the account signs on by itself."""
        values = {"connector_id": sandbox.ready["connectorId"],
                  "connector_secret": sandbox.ready["connectorSecret"],
                  "api_root": sandbox.url}
        values.update(settings or {})
        lines = []
        for key, value in values.items():
            kind = "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "string"
            text = str(int(value)) if kind == "bool" else html.escape(str(value))
            lines.append(f"<setting name='{key}' type='{kind}'>{text}</setting>")
        password = f"<password>{html.escape(user['refreshToken'])}</password>" if token else ""
        (self.purple / "accounts.xml").write_text(
            "<?xml version='1.0' encoding='UTF-8' ?>\n<account version='1.0'><account>"
            f"<protocol>prpl-kaizala</protocol><name>{user['phone']}</name>{password}"
            f"<settings>{''.join(lines)}</settings>"
            + "".join(f"<settings ui='{ui}'><setting name='auto-login' type='bool'>1</setting></settings>"
                      for ui in uis) +
            "</account></account>\n")
        os.chmod(self.purple / "accounts.xml", 0o600)

    def environment(self, **extra):
        """The user's own, but for everything that points into the user's home."""
        env = {key: value for key, value in os.environ.items()
               if not key.startswith("XDG_") and key not in ("HOME", "PURPLEHOME", "DBUS_SESSION_BUS_ADDRESS")}
        env.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"),
                   XDG_DATA_HOME=str(self.home / ".local/share"),
                   XDG_CACHE_HOME=str(self.home / ".cache"),
                   DBUS_SESSION_BUS_ADDRESS="disabled:", NO_AT_BRIDGE="1",
                   GIO_USE_VFS="local", GSETTINGS_BACKEND="memory")
        # X clients look for the key of the display in the home, when nobody told them another place.
        key = pathlib.Path(os.environ.get("HOME", "/")) / ".Xauthority"
        if key.exists():
            env.setdefault("XAUTHORITY", str(key))
        env.update(extra)
        return env

    def remove(self):
        if not self.keep:
            shutil.rmtree(self.home, ignore_errors=True)


class Terminal:
    """A program in tmux: typed into and read like a person would."""

    def __init__(self, command, profile, width=130, height=45):
        self.socket = tempfile.mktemp(prefix="kaizala-tmux-")
        env = profile.environment(TERM="screen-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height),
                  "-s", "t", command, env=env)
        self.tmux("set-option", "-g", "escape-time", "0")

    def tmux(self, *arguments, env=None):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *arguments], check=False,
                              capture_output=True, text=True, env=env)

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "t").stdout

    def history(self):
        return self.tmux("capture-pane", "-p", "-J", "-S", "-2000", "-t", "t").stdout

    def keys(self, *names):
        for name in names:
            self.tmux("send-keys", "-t", "t", name)
            time.sleep(0.05)

    def type(self, text, enter=True):
        self.tmux("send-keys", "-t", "t", "-l", text)
        if enter:
            time.sleep(0.1)
            self.tmux("send-keys", "-t", "t", "Enter")

    def wait_for(self, text, deadline=DEADLINE):
        """Waits until @text stands on the screen, however the lines are broken."""
        try:
            wait_until(lambda: squeeze(text) in squeeze(self.screen()), repr(text), deadline)
        except AssertionError as problem:
            raise AssertionError(f"{problem}; the screen was:\n{self.screen()}") from None

    def alive(self):
        return self.tmux("has-session", "-t", "t").returncode == 0

    def attach(self):
        """Gives the terminal to the person; returns when they detach or quit."""
        subprocess.run(["tmux", "-u", "-S", self.socket, "attach"], check=False)

    def stop(self):
        self.tmux("kill-server")


def squeeze(text):
    """Text without what line breaking, window frames and scroll bars add."""
    return "".join(character for character in text
                   if not character.isspace() and character not in "│|▒↑↓")


class Finch(Terminal):
    def __init__(self, profile, **size):
        super().__init__("exec finch 2>/dev/null", profile, **size)

    def active(self):
        """The beginning of the title of the window that has the focus, from the taskbar's colours."""
        bar = self.tmux("capture-pane", "-p", "-e", "-t", "t").stdout.rstrip().splitlines()[-1:]
        focused = re.findall(r"\x1b\[37m\x1b\[44m([^\x1b]*)", bar[0] if bar else "")
        return focused[0].strip() if focused else ""

    def focus(self, title):
        """Brings a window to the front, as Alt+N does for a person."""
        def in_front():
            if self.active().startswith(title):
                return True
            self.keys("M-n")
            return False
        try:
            wait_until(in_front, f"the Finch window {title!r}", pause=0.4)
        except AssertionError as problem:
            raise AssertionError(f"{problem}; the screen was:\n{self.screen()}") from None

    def quit(self):
        self.keys("M-q")
        try:
            wait_until(lambda: not self.alive(), "Finch to quit", 10)
        except AssertionError:
            pass
        self.stop()


class Display:
    """An X server without a screen, and pictures of it."""

    def __init__(self, size="1100x760x24"):
        read_end, write_end = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-nolisten", "tcp"],
            pass_fds=(write_end,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            self.name = ":" + pipe.readline().strip()

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *arguments], check=False, capture_output=True, text=True,
                              env={**os.environ, "DISPLAY": self.name})

    def windows(self, title):
        out = self.xdotool("search", "--onlyvisible", "--name", title).stdout
        return out.split()

    def picture(self, path):
        run_quietly(["import", "-display", self.name, "-window", "root", str(path)])
        return path

    def stop(self):
        self.process.terminate()
        self.process.wait()


PIDGIN_PREFERENCES = """<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'><pref name='pidgin'><pref name='conversations'>
<pref name='tabs' type='bool' value='0'/></pref></pref></pref>
"""


class Pidgin:
    """One window a conversation, so that each can be found by its title."""

    def __init__(self, profile, display, log=None):
        self.profile = profile
        preferences = profile.purple / "prefs.xml"
        if not preferences.exists():
            preferences.write_text(PIDGIN_PREFERENCES)
        self.display = display
        self.log = open(log, "wb") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            ["pidgin", "-m", *(["-d"] if log else [])],
            env=profile.environment(DISPLAY=display.name, LANG="C.UTF-8", LC_ALL="C.UTF-8",
                                    NO_AT_BRIDGE="1"),
            stdout=self.log, stderr=self.log)

    def wait_for_window(self, title, deadline=DEADLINE):
        return wait_until(lambda: self.display.windows(title), f"a Pidgin window {title!r}",
                          deadline)[0]

    def type(self, window, text):
        """Types into the entry of a conversation window and presses Enter."""
        self.display.xdotool("windowfocus", "--sync", window)
        self.display.xdotool("type", "--window", window, "--delay", "15", text)
        time.sleep(0.2)
        self.display.xdotool("key", "--window", window, "Return")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.log is not subprocess.DEVNULL:
            self.log.close()


def bitlbee_program():
    """The installed one, or the one that tests/prepare unpacked."""
    for path in ("/usr/sbin/bitlbee", str(TOP / "build/bitlbee/usr/sbin/bitlbee")):
        if os.access(path, os.X_OK):
            return path
    raise AssertionError("no bitlbee: run tests/prepare bitlbee")


class BitlBee:
    def __init__(self, build, log=None, port=None):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="kaizala-bitlbee-"))
        self.port = port or free_port()
        plugins = self.home / "plugins/purple"
        plugins.mkdir(parents=True)
        (plugins / build.module.name).symlink_to(build.module)
        data = self.home / "data"
        data.mkdir()
        (self.home / "motd.txt").write_text("purple-kaizala\n")
        (self.home / "bitlbee.conf").write_text(
            "[settings]\nRunMode = ForkDaemon\nDaemonInterface = 127.0.0.1\n"
            f"DaemonPort = {self.port}\nAuthMode = Open\nPluginDir = {self.home}/plugins\n"
            f"ConfigDir = {data}\nMotdFile = {self.home}/motd.txt\n")
        self.log = open(log, "wb") if log else subprocess.DEVNULL
        env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        env.update(HOME=str(self.home), LANG="C.UTF-8", LC_ALL="C.UTF-8", GIO_USE_VFS="local")
        if log:
            env.update(BITLBEE_DEBUG="1", G_MESSAGES_DEBUG="all")
        self.process = subprocess.Popen(
            [bitlbee_program(), "-F", "-n", "-v", "-i", "127.0.0.1", "-p", str(self.port),
             "-c", str(self.home / "bitlbee.conf"), "-d", str(data)],
            env=env, stdout=self.log, stderr=self.log, start_new_session=True)
        wait_until(self.answers, "BitlBee to listen", 15)

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        if self.log is not subprocess.DEVNULL:
            self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)


class Irssi(Terminal):
    """A real IRC client; a person's view is the screen of one window at a time."""

    def __init__(self, port, nick, width=150, height=45):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="kaizala-irssi-"))
        self.purple = self.home
        super().__init__(
            f"exec irssi --home={self.home}/irssi --connect=127.0.0.1 --port={port} --nick={nick}",
            self, width=width, height=height)

    def environment(self, **extra):
        env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        env.update(HOME=str(self.home), **extra)
        return env

    def window(self, number):
        self.type(f"/window goto {number}")

    def stop(self):
        super().stop()
        shutil.rmtree(self.home, ignore_errors=True)
