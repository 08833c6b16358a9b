/** A mail server on loopback that takes email of one user, and answers as a test wants it to. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface MailServer {
  /** `smtps://ann:secret@127.0.0.1:PORT`, and that its certificate is its own. */
  readonly url: string;
  readonly port: number;
  readonly taken: readonly { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  /** How often somebody gave a password. */
  readonly logins: readonly string[];
}

export interface MailServerOptions {
  /** Codes that the first emails are answered with; those after them are taken. */
  readonly refusals?: readonly number[];
  /** Without TLS, from the start and later. */
  readonly isOpen?: boolean;
}

const USER = 'ann';
export const PASSWORD = 'correct-horse-battery-staple';

export async function startMailServer({
  refusals = [],
  isOpen = false,
}: MailServerOptions = {}): Promise<MailServer> {
  const taken: { from: string; to: readonly string[]; text: string }[] = [];
  const logins: string[] = [];
  const left = [...refusals];
  const options: SMTPServerOptions = {
    secure: !isOpen,
    ...(isOpen && { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
    onAuth: ({ username, password }, _session, done) => {
      logins.push(password ?? '');
      if (username === USER && password === PASSWORD) done(null, { user: USER });
      else done(Object.assign(new Error('Invalid username or password'), { responseCode: 535 }));
    },
    onData: (stream, { envelope }, done) => {
      void text(stream).then((content) => {
        const responseCode = left.shift();
        if (responseCode !== undefined) return done(Object.assign(new Error('Not now'), { responseCode }));
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        taken.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: content });
        done();
      });
    },
  };
  const server = new SMTPServer(options);
  // A client that goes away is none of its business.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  const url = `smtps://${USER}:${PASSWORD}@127.0.0.1:${port}/?tls.rejectUnauthorized=false`;
  return { url, port, taken, logins };
}
