/** Whatever goes wrong with a remote, the secret that it was asked with is in no message. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { bare, commitAll, opened, scratch, workTree } from '../../test/git/scratch.ts';
import type { RemoteCredentials } from './http/credentials.ts';
import type { Oid } from './oid.ts';
import type { RemoteOptions } from './remote-options.ts';

const CANARY = 'c4nary+t0ken/of=the-test';
const FORMS = [CANARY, encodeURIComponent(CANARY), btoa(CANARY), btoa(`ann:${CANARY}`)];
const MAIN = 'refs/heads/main';

beforeEach(() => {
  vi.stubEnv('HOME', scratch());
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'])
    for (const variable of [name, name.toLowerCase()]) vi.stubEnv(variable, undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Says back all that it was told. */
const echo = (request: IncomingMessage) =>
  `${request.url} ${request.headers.authorization} ${FORMS.join(' ')}\n`;
const plain =
  (status: number): Answer =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`Refused: ${echo(request)}`);
  };
const line = (text: string) => `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;

const ANSWERS: Readonly<Record<string, Answer>> = {
  'asks for credentials': (request, response) => {
    request.resume();
    const challenge = `Basic realm="${FORMS[3]}"`;
    response
      .writeHead(401, { 'www-authenticate': challenge, 'content-type': 'text/plain' })
      .end(echo(request));
  },
  'refuses a token that was revoked': plain(403),
  'finds nothing': plain(404),
  'is at its limit': plain(429),
  'is broken': plain(502),
  'answers with a page': (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>${echo(request)}</h1>`);
  },
  'sends us somewhere else': (request, response) => {
    request.resume();
    response.writeHead(302, { location: `http://ann:${FORMS[1]}@127.0.0.1:9/x?token=${FORMS[1]}` }).end();
  },
  'says why in a line of its own': (request, response) => {
    request.resume();
    const service = request.url?.includes('receive-pack') ? 'git-receive-pack' : 'git-upload-pack';
    response
      .writeHead(200, { 'content-type': `application/x-${service}-advertisement` })
      .end(`${line(`# service=${service}\n`)}0000${line(`ERR access denied for ${echo(request)}`)}`);
  },
  'answers with nonsense': (request, response) => {
    request.resume();
    response
      .writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      .end(`zzzz${echo(request)}`);
  },
  'hangs up': (request) => request.socket.destroy(),
};

async function answering(answer: Answer): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;
}

/** All that an error could show, its causes included. */
function shownBy(error: unknown): string {
  return `${inspect(error, { depth: 10, showHidden: true })}\n${JSON.stringify(error)}\n${String(error)}`;
}

const WAYS: readonly (readonly [string, RemoteCredentials | undefined])[] = [
  ['a token', { kind: 'bearer', token: CANARY }],
  ['a password', { kind: 'basic', username: 'ann', password: CANARY }],
  ['a password in the URL', undefined],
];

describe.each(['this process', 'the installed Git'])('over %s, a server that', (transport) => {
  const options: RemoteOptions = transport === 'this process' ? {} : { transport: 'system' };

  test.each(Object.keys(ANSWERS))('%s is told without any secret', async (what) => {
    const url = await answering(ANSWERS[what]!);
    const work = workTree();
    const tip = commitAll(work, 'one') as Oid;
    const repository = await opened(work);
    const empty = await opened(bare());
    for (const [how, credentials] of WAYS) {
      const remote = credentials ? url : url.replace('//', `//ann:${encodeURIComponent(CANARY)}@`);
      const asked = { ...options, ...(credentials && { credentials }) };
      const attempts = [
        () => repository.lsRemote(remote, [], asked),
        () => empty.fetch(remote, [`+${MAIN}:${MAIN}`], asked),
        () => repository.push(remote, { ref: MAIN, commit: tip, expected: undefined, ...asked }),
      ];
      for (const attempt of attempts) {
        const error = await attempt().then(
          () => undefined,
          (caught: unknown) => caught,
        );
        expect(error, how).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
        const shown = shownBy(error);
        for (const form of FORMS) expect(shown, how).not.toContain(form);
      }
    }
  });
});
