"""A real SMTP server (aiosmtpd) for smtp_test.cpp, on a free loopback port, which it prints as its first line.

It answers by the recipient's name: refuse@ 550, busy@ 451, and by the message: "X-Refuse" 554 after DATA. Each message that it
accepts is one file in the folder given, its envelope in the first two lines.
"""

import argparse
import asyncio
import logging
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("stranger@"):
            return "550 5.7.1 this sender may not send here"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refuse@"):
            return "550 5.1.1 no such user"
        if address.startswith("busy@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"X-Refuse" in envelope.original_content:
            return "554 5.6.0 message content rejected"
        self.count += 1
        head = f"{envelope.mail_from}\n{','.join(envelope.rcpt_tos)}\n".encode()
        (self.folder / f"{self.count}.mail").write_bytes(head + envelope.original_content)
        return "250 2.0.0 queued as 1"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        if given == (user, password):
            return AuthResult(success=True)
        # A careless server that quotes what it was given.
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong password {given[1]}")

    return check


def tls_context(options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    return context


async def serve(options):
    handler = Handler(options.folder)
    context = tls_context(options) if options.certificate else None
    arguments = {"hostname": "localhost", "enable_SMTPUTF8": False}
    if context and not options.smtps:
        arguments.update(tls_context=context, require_starttls=True)
    if options.user:
        arguments.update(
            authenticator=authenticator(options.user, options.password), auth_required=True, auth_require_tls=False
        )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, **arguments), "127.0.0.1", 0, ssl=context if options.smtps else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--smtps", action="store_true")
    parser.add_argument("--user")
    parser.add_argument("--password")
    logging.disable()  # a handshake that fails is what some tests want
    asyncio.run(serve(parser.parse_args()))


main()
