"""TLS on the listener, over real sockets: curl, openssl s_client, Python's ssl, and what is no TLS at all."""
import json
import re
import signal
import socket
import ssl
import subprocess
import time
import unittest

from harness import BEICHEN, DaemonTest, run


def make_certificate(folder, name, days=30, key=("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"), not_after=None):
    """A self-signed certificate for 127.0.0.1; returns its path and its key's."""
    certificate, private = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", *key, "-noenc", "-keyout", private, "-out", certificate, "-days", str(days),
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"], check=True, capture_output=True)
    if not_after:
        request = folder / f"{name}.csr"
        subprocess.run(["openssl", "x509", "-x509toreq", "-in", certificate, "-signkey", private, "-out", request], check=True, capture_output=True)
        (folder / "ca.index").write_text("")
        (folder / "ca.conf").write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={folder}/ca.index\nnew_certs_dir={folder}\nserial={folder}/ca.serial\n"
                                        "rand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
        subprocess.run(["openssl", "ca", "-batch", "-selfsign", "-config", folder / "ca.conf", "-in", request, "-keyfile", private, "-notext",
                        "-startdate", "20200101000000Z", "-enddate", not_after, "-out", certificate], check=True, capture_output=True)
    return certificate, private


class TlsTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.certificate, self.key = make_certificate(self.folder, "first")
        self.key.chmod(0o600)

    def settings(self, *lines):
        path = self.folder / "planwatch.toml"
        path.write_text("\n".join([f'plans = ["{BEICHEN}"]', "[http]", 'certificate_file = "first.crt"', 'key_file = "first.key"', *lines]) + "\n")
        return path

    def tls_daemon(self, *lines):
        daemon = self.daemon("--config", self.settings(*lines))
        daemon.url = f"https://127.0.0.1:{daemon.port}"
        daemon.trust = ssl.create_default_context(cafile=str(self.certificate))
        return daemon.start()

    def curl(self, *arguments):
        return subprocess.run(["curl", "-sS", "--max-time", "20", *map(str, arguments)], capture_output=True, text=True, check=False)

    def client(self, daemon, *arguments):
        (self.folder / "token").write_text(daemon.token)
        return run(*arguments, "--server", daemon.url, "--token-file", self.folder / "token", check=False)

    def shown_certificate(self, daemon):
        return ssl.get_server_certificate(("127.0.0.1", daemon.port))


class Serving(TlsTest):
    def test_curl_and_the_commands_speak_https_and_trust_only_whom_they_are_told_to(self):
        daemon = self.tls_daemon()
        answer = self.curl("--cacert", self.certificate, daemon.url + "/-/ready")
        self.assertEqual((answer.returncode, answer.stdout), (0, "planwatch is ready\n"), answer.stderr)
        self.assertEqual(self.curl(daemon.url + "/-/ready").returncode, 60)  # unknown issuer

        figures = self.folder / "figures.json"
        figures.write_text(json.dumps({"plan": "beichen-2023", "unit": "samr", "period": "2023-09", "values": {"samr_sampling_batches": 412}}))
        sent = self.client(daemon, "submit", figures, "--ca-file", self.certificate)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        for command in ("status", "alerts"):
            self.assertEqual(self.client(daemon, command, "--ca-file", self.certificate).returncode, 0, command)
        untrusted = self.client(daemon, "status")
        self.assertEqual(untrusted.returncode, 3)
        self.assertRegex(untrusted.stderr, r"certificate.*--ca-file")

    def test_a_large_body_and_a_large_answer_pass(self):
        daemon = self.tls_daemon()
        batches = [{"plan": "beichen-2023", "unit": "samr", "period": f"2023-{month:02}", "values": {"samr_sampling_batches": 100},
                    "note": "x" * 1500} for month in range(1, 13)]
        rows = json.dumps(batches * 100)
        self.assertGreater(len(rows), 1_500_000)
        status, answer = daemon.request("/api/v1/submissions?partial=true", rows.encode())
        self.assertEqual((status, len(answer["items"])), (201, 1200))
        status, answer = daemon.request("/api/v1/slots?plan=beichen-2023")
        self.assertEqual(status, 200)
        self.assertGreater(len(json.dumps(answer)), 50_000)

    def test_nothing_older_than_tls_1_2_and_no_weak_cipher(self):
        daemon = self.tls_daemon()

        def s_client(*arguments):
            return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", *arguments], input="", capture_output=True,
                                  text=True, timeout=20, check=False)
        for version in ("-tls1_2", "-tls1_3"):
            done = s_client(version)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"Cipher is \S*(GCM|CHACHA20)")
        self.assertNotEqual(s_client("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0").returncode, 0)
        self.assertNotEqual(s_client("-tls1_2", "-cipher", "AES128-SHA").returncode, 0)

    def test_when_the_certificate_ends_is_a_metric(self):
        daemon = self.tls_daemon()
        ends = subprocess.run(["openssl", "x509", "-in", self.certificate, "-noout", "-enddate"], capture_output=True, text=True, check=True).stdout
        _, metrics = daemon.request("/metrics")
        told = re.search(r"^planwatch_certificate_not_after_timestamp_seconds (\S+)$", metrics, re.M)
        self.assertEqual(float(told[1]), ssl.cert_time_to_seconds(ends.removeprefix("notAfter=").strip()))


class OtherThanTls(TlsTest):
    def test_plain_http_is_told_so_in_plain_http_and_closed(self):
        daemon = self.tls_daemon()
        answer = self.curl("-i", f"http://127.0.0.1:{daemon.port}/-/ready")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertTrue(answer.stdout.startswith("HTTP/1.1 400 "), answer.stdout)
        self.assertIn("https://", answer.stdout)
        done = run("status", "--server", f"http://127.0.0.1:{daemon.port}", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("https://", done.stderr)

    def hear_to_the_end(self, connection):
        """At most an alert comes, then the end; or a reset, where bytes of ours were unread."""
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass

    def test_noise_is_closed_and_a_handshake_that_hangs_is_cut_off(self):
        daemon = self.tls_daemon("read_timeout = 1")
        with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as noise:
            noise.sendall(b"\x00\x01\x02 this is no protocol at all\r\n" * 10)
            self.hear_to_the_end(noise)
        for beginning in (b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):  # nothing; a ClientHello that stops in the middle
            with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as hung:
                hung.sendall(beginning)
                begun = time.monotonic()
                self.assertEqual(hung.recv(100), b"")
                self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(daemon.request("/-/ready")[0], 200)

    def test_hung_handshakes_count_as_connections(self):
        daemon = self.tls_daemon("read_timeout = 30", "max_connections = 2")
        hung = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(2)]
        try:
            def turned_away():
                return self.curl("-k", "-o", "/dev/null", "-w", "%{http_code}", daemon.url + "/-/ready").stdout == "503"
            self.wait_for(turned_away, "a 503")
        finally:
            for connection in hung:
                connection.close()
        self.wait_for(lambda: daemon.request("/-/ready")[0] == 200, "room again")


class Renewing(TlsTest):
    def test_a_renewed_certificate_is_taken_without_a_restart_and_open_connections_live_on(self):
        daemon = self.tls_daemon()
        first = self.shown_certificate(daemon)
        with socket.create_connection(("127.0.0.1", daemon.port), timeout=10) as raw, daemon.trust.wrap_socket(raw, server_hostname="127.0.0.1") as held:
            second, key = make_certificate(self.folder, "second")
            second.replace(self.certificate)
            key.replace(self.key)
            self.assertEqual(self.shown_certificate(daemon), first)
            daemon.trust = ssl.create_default_context(cadata=first + self.certificate.read_text())
            self.assertEqual(daemon.request("/-/reload", b"")[0], 200)
            self.assertEqual(self.shown_certificate(daemon).split(), self.certificate.read_text().split())
            held.sendall(b"GET /-/ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            self.assertTrue(held.recv(100).startswith(b"HTTP/1.1 200 "))

        third, key = make_certificate(self.folder, "third", key=("rsa:2048",))
        third.replace(self.certificate)
        key.replace(self.key)
        daemon.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: self.shown_certificate(daemon).split() == self.certificate.read_text().split(), "the third certificate")

    def test_a_bad_one_keeps_the_old_and_says_why(self):
        daemon = self.tls_daemon()
        first = self.shown_certificate(daemon)
        other, _ = make_certificate(self.folder, "other")
        ended, ended_key = make_certificate(self.folder, "ended", not_after="20210101000000Z")
        whole, key = self.certificate.read_text(), self.key.read_text()
        for certificate, private, words in (
            (other.read_text(), key, "the key does not belong to the certificate"),
            ("nothing", key, "there is no certificate in it"),
            (ended.read_text(), ended_key.read_text(), "ended at 2021-01-01"),
        ):
            self.certificate.write_text(certificate)
            self.key.write_text(private)
            status, answer = daemon.request("/-/reload", b"")
            self.assertEqual(status, 422)
            self.assertIn(words, json.dumps(answer))
            self.assertEqual(self.shown_certificate(daemon), first)
            self.assertIn("planwatch_config_last_reload_successful 0\n", daemon.request("/metrics")[1])
        self.certificate.write_text(whole)
        self.key.write_text(key)
        self.assertEqual(daemon.request("/-/reload", b"")[0], 200)

    def test_tls_is_not_switched_off_by_a_reload(self):
        daemon = self.tls_daemon()
        (self.folder / "planwatch.toml").write_text(f'plans = ["{BEICHEN}"]\n')
        status, answer = daemon.request("/-/reload", b"")
        self.assertEqual(status, 422)
        self.assertIn("restart", json.dumps(answer))


class Files(TlsTest):
    """What is wrong with the files is said by `check` and by `serve`, all of it at once."""

    def told(self, *lines):
        checked = run("check", "--config", self.settings(*lines), check=False)
        served = run("serve", "--config", self.folder / "planwatch.toml", "--data", self.folder / "never", "--listen", "127.0.0.1:0", check=False)
        self.assertEqual((checked.returncode, served.returncode), (1, 1))
        for line in checked.stderr.splitlines():
            self.assertIn(line, served.stderr)
        self.assertFalse((self.folder / "never").exists())
        return checked.stderr

    def test_problems_of_the_files(self):
        good, key = self.certificate.read_text(), self.key.read_text()
        self.certificate.unlink()
        self.key.unlink()
        both = self.told()
        self.assertRegex(both, r"first\.crt: .*No such file")
        self.assertRegex(both, r"first\.key: .*No such file")
        self.certificate.write_text(key)
        self.key.write_text(good)
        self.assertEqual(self.told().count("are certificate_file and key_file exchanged?"), 2)
        self.certificate.write_text(good)
        self.key.write_text(subprocess.run(["openssl", "pkey", "-aes256", "-passout", "pass:secret"], input=key, text=True, capture_output=True, check=True).stdout)
        self.assertRegex(self.told(), r"first\.key: the key is encrypted")
        weak, weak_key = make_certificate(self.folder, "weak", key=("rsa:1024",))
        self.certificate.write_text(weak.read_text())
        self.key.write_text(weak_key.read_text())
        self.assertRegex(self.told(), r"first\.crt: OpenSSL does not take the certificate: .*key too small")

    def test_one_of_two_files_is_a_problem_of_the_settings(self):
        (self.folder / "half.toml").write_text(f'plans = ["{BEICHEN}"]\n[http]\ncertificate_file = "first.crt"\n')
        done = run("check", "--config", self.folder / "half.toml", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"half\.toml:2:1: .*'key_file'")

    def test_an_end_that_is_near_and_an_open_key_are_warnings(self):
        make_certificate(self.folder, "first", days=3)
        self.key.chmod(0o644)
        done = run("check", "--config", self.settings(), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"warning: .*first\.crt: the certificate ends at .*; renew it")
        self.assertRegex(done.stdout, r"warning: .*first\.key: everybody on this machine can read the key")

    def test_an_open_address_without_tls_is_warned_of(self):
        daemon = self.daemon("--plan", BEICHEN)
        daemon.address = "0.0.0.0"
        daemon.start()
        self.assertIn("is open to the network without TLS", daemon.log())


if __name__ == "__main__":
    unittest.main()
