import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANN, bare, gitInput } from '../../test/git/scratch.ts';
import { decodeCommit, encodeCommit } from './commit.ts';
import { gitEnvironment, withConfiguration } from './environment.ts';
import { formatIdentity, isoDate, parseIdentity } from './identity.ts';
import { maskCredentials } from './mask.ts';
import { asOid, EMPTY_TREE, hashObject, isOid } from './oid.ts';
import { branchRef, checkRefName, refNameFault } from './ref-name.ts';
import { parseRemote } from './remote-url.ts';
import { formatMessage, parseTrailers, trailer } from './trailers.ts';

describe('the environment of a child', () => {
  test('what Git sets for hooks does not reach it, what the user sets for transport does', () => {
    const environment = gitEnvironment({
      PATH: '/bin',
      GIT_DIR: '/elsewhere/.git',
      GIT_WORK_TREE: '/elsewhere',
      GIT_INDEX_FILE: 'index',
      GIT_OBJECT_DIRECTORY: '/quarantine',
      GIT_QUARANTINE_PATH: '/quarantine',
      GIT_CONFIG_PARAMETERS: "'core.pager=evil'",
      GIT_TRACE_CURL: '1',
      GIT_AUTHOR_NAME: 'Somebody',
      GIT_NAMESPACE: 'ns',
      GIT_SSH_COMMAND: 'ssh -i key',
      LANGUAGE: 'de',
      LC_ALL: 'de_DE.UTF-8',
    });
    expect(environment).toMatchObject({
      PATH: '/bin',
      GIT_SSH_COMMAND: 'ssh -i key',
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
    });
    expect(
      Object.keys(environment).filter((name) =>
        /DIR|TREE|INDEX|QUARANTINE|PARAMETERS|TRACE|AUTHOR|NAMESPACE|LANGUAGE/.test(name),
      ),
    ).toEqual([]);
  });

  test('configuration is added behind what is there already', () => {
    const environment = withConfiguration(
      { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' },
      [['d.e', 'f']],
    );
    expect(environment).toEqual({
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'a.b',
      GIT_CONFIG_VALUE_0: 'c',
      GIT_CONFIG_KEY_1: 'd.e',
      GIT_CONFIG_VALUE_1: 'f',
    });
  });
});

describe('masking', () => {
  test.each([
    [
      "fatal: unable to access 'https://ann:s3cret@host/x.git/'",
      "fatal: unable to access 'https://***@host/x.git/'",
    ],
    ['https://s3cret@host/x', 'https://***@host/x'],
    ['https://ann:s3@cret@host/x', 'https://***@host/x'],
    ['https://host/x?private_token=s3cret&page=2', 'https://host/x?private_token=***&page=2'],
    ['Authorization: Basic s3cret==', 'Authorization: Basic ***'],
    ['authorization: s3cret', 'authorization: ***'],
    ['https://host/ann@example.org', 'https://host/ann@example.org'],
  ])('%s becomes %s', (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
  });
});

describe('remotes', () => {
  test.each([
    '--upload-pack=touch /tmp/x',
    '-x',
    '',
    'ext::sh -c whoami',
    'fd::3',
    'foo://host/x',
    'https://',
    'a\nb',
  ])('%j is refused', (remote) => {
    expect(() => parseRemote(remote)).toThrow(expect.objectContaining({ code: 'INVALID_REMOTE' }));
  });

  test.each([
    'origin',
    '/srv/x.git',
    '../x.git',
    'git@host:x.git',
    'ssh://git@host/x.git',
    'file:///srv/x.git',
    'C:/x.git',
  ])('%j is taken as it is', (remote) => {
    expect(parseRemote(remote)).toEqual({ address: remote, configuration: [] });
  });

  test('a password goes from the URL into configuration for that host alone', () => {
    expect(parseRemote('https://ann:p%40ss@host:8443/x.git')).toEqual({
      address: 'https://host:8443/x.git',
      configuration: [['http.https://host:8443/.extraHeader', `Authorization: Basic ${btoa('ann:p@ss')}`]],
    });
  });
});

describe('ref names', () => {
  test.each([
    '--upload-pack=x',
    '-',
    '',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    'a.lock',
    '.a',
    'a/.b',
    'a//b',
    'a/',
    'a.',
    'a@{b',
    'a\u0007',
  ])('no branch is called %j', (branch) => {
    expect(() => branchRef(branch)).toThrow(expect.objectContaining({ code: 'INVALID_REF_NAME' }));
  });

  test('names outside refs/ are no refs', () => {
    expect(() => checkRefName('config')).toThrow(/does not start with "refs\/"/);
    expect(checkRefName('HEAD')).toBe('HEAD');
  });

  test('the rule is the one of git check-ref-format', () => {
    const part = fc.string({
      unit: fc.constantFrom('a', 'b', '.', '/', '@', '{', '-', '~', ' ', 'lock', 'ü', '*', '\u007f'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(part, (text) => {
        const name = `refs/heads/${text}`;
        expect(refNameFault(name) === undefined).toBe(gitAccepts(name));
      }),
      { numRuns: 60 },
    );
  });
});

function gitAccepts(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('identities', () => {
  test('a line is read as it is written, and characters that would end a field are dropped', () => {
    expect(formatIdentity(ANN)).toBe('Ann <ann@example.org> 1700000000 +0100');
    expect(parseIdentity(formatIdentity(ANN))).toEqual(ANN);
    expect(formatIdentity({ ...ANN, name: 'A<n>\nn' })).toBe('Ann <ann@example.org> 1700000000 +0100');
  });

  test('odd lines of old tools give what is legible', () => {
    expect(parseIdentity('nobody')).toEqual({ name: 'nobody', email: '', seconds: 0, timezone: '+0000' });
    expect(parseIdentity('Ann <ann@example.org>')).toMatchObject({ email: 'ann@example.org', seconds: 0 });
    expect(parseIdentity('<> -5 +0000')).toEqual({ name: '', email: '', seconds: 0, timezone: '+0000' });
  });

  test('a date that Git cannot hold is refused', () => {
    expect(() => formatIdentity({ ...ANN, seconds: 1.5 })).toThrow(RangeError);
    expect(() => formatIdentity({ ...ANN, timezone: 'Z' })).toThrow(RangeError);
  });

  test('dates keep their offset', () => {
    expect(isoDate(ANN)).toBe('2023-11-14T23:13:20+01:00');
    expect(isoDate({ seconds: 0, timezone: '-0330' })).toBe('1969-12-31T20:30:00-03:30');
  });
});

describe('trailers', () => {
  test('only the last paragraph counts, and only when all of it is trailers', () => {
    expect(parseTrailers('a\n\nFoo: 1\nBar-Baz: 2\n  more\n')).toEqual([
      ['Foo', '1'],
      ['Bar-Baz', '2 more'],
    ]);
    expect(parseTrailers('Foo: 1')).toEqual([]);
    expect(parseTrailers('a\n\nFoo: 1\n\nno trailer\n')).toEqual([]);
    expect(parseTrailers('a\n\nFoo: 1\nno trailer\n')).toEqual([]);
  });

  test('the last of a name wins, whatever its case', () => {
    expect(
      trailer(
        [
          ['A', '1'],
          ['a', '2'],
        ],
        'A',
      ),
    ).toBe('2');
  });

  test('a value with a line break cannot smuggle in another trailer', () => {
    expect(() => formatMessage('s', '', [['A', '1\nTruekeel-Digest: x']])).toThrow(RangeError);
  });

  test('git interpret-trailers reads what we write', () => {
    const message = formatMessage('subject', 'body: not one', [
      ['Truekeel-Source', 'abc'],
      ['Truekeel-Digest', 'sha256:1'],
    ]);
    expect(gitInput(bare(), message, 'interpret-trailers', '--parse')).toBe(
      'Truekeel-Source: abc\nTruekeel-Digest: sha256:1',
    );
    expect(parseTrailers(message)).toEqual([
      ['Truekeel-Source', 'abc'],
      ['Truekeel-Digest', 'sha256:1'],
    ]);
  });
});

describe('commit objects', () => {
  test('are read as they are written', () => {
    const commit = {
      tree: EMPTY_TREE,
      parents: [],
      author: ANN,
      committer: { ...ANN, name: 'Bob' },
      message: 'one\ntwo\n\nbody\n',
    };
    const body = encodeCommit(commit);
    const oid = hashObject('commit', body);
    expect(gitInput(bare(), body, 'hash-object', '-t', 'commit', '--stdin')).toBe(oid);
    expect(decodeCommit(oid, body)).toEqual({
      ...commit,
      oid,
      subject: 'one two',
      trailers: [],
      signed: false,
    });
  });

  test('signatures, other encodings and empty messages are taken', () => {
    const head = `tree ${EMPTY_TREE}\nauthor Ann <a@b> 1 +0000\ncommitter Ann <a@b> 1 +0000\n`;
    const signed = decodeCommit(
      asOid('1'.repeat(40)),
      Buffer.from(`${head}gpgsig -----BEGIN\n x\n -----END\n\nhi\n`),
    );
    expect(signed).toMatchObject({ signed: true, subject: 'hi' });
    const latin = Buffer.concat([Buffer.from(`${head}encoding ISO-8859-1\n\n`), Buffer.from([0xfc, 0x0a])]);
    expect(decodeCommit(asOid('1'.repeat(40)), latin).subject).toBe('ü');
    expect(decodeCommit(asOid('1'.repeat(40)), Buffer.from(`${head}\n`)).subject).toBe('');
  });

  test('an oid is 40 or 64 lower-case digits and nothing else', () => {
    expect(isOid('A'.repeat(40))).toBe(false);
    expect([39, 40, 41, 63, 64, 65].filter((length) => isOid('a'.repeat(length)))).toEqual([40, 64]);
    expect(() => asOid('--help')).toThrow(RangeError);
  });
});
