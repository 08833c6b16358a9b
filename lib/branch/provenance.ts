/** What a rendered commit was made of, as others have it told: an in-toto statement with SLSA provenance, as a note on the
 * commit. It is a function of the commit and its source, so that whoever has both can say whether the note is right. */
import { createHash } from 'node:crypto';
import {
  type Commit,
  GitError,
  isGitError,
  type NoteEdit,
  type Oid,
  type Repository,
  type Signer,
  type TrustedSigners,
} from '../git/index.ts';
import { ENVIRONMENT_FILE, TruekeelError } from '../objects/index.ts';
import { type Envelope, readEnvelope, sealEnvelope, verifyEnvelope } from './dsse.ts';
import { type EnvironmentManifest, parseEnvironmentManifest } from './manifest.ts';
import { type EnvironmentRef, PROVENANCE_REF, renderedBranch } from './names.ts';
import { noteTo } from './notes.ts';
import type { RemoteTarget } from './publish.ts';

/** in-toto attestation framework, "Envelope". */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
/** What the parameters mean is in docs/rendered-branch.md. */
const BUILD_TYPE = 'https://truekeel.dev/render/v1';
const BUILDER = 'https://truekeel.dev/truekeel';

/** Files of a repository that decide which code of others runs, or which images do. */
const LOCKFILES = [
  'Cargo.lock',
  'Gemfile.lock',
  'Pipfile.lock',
  'bun.lock',
  'charts.lock.json',
  'go.sum',
  'gradle.lockfile',
  'images.lock.json',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'poetry.lock',
  'uv.lock',
  'yarn.lock',
];

export interface AttestOptions extends RemoteTarget {
  readonly sign?: Signer;
}

/** Notes what a rendered commit was made of; one that was made of uncommitted changes too gets no note, for nobody could
 * check it.
 * @returns whether the note is where it was to go
 * @throws GitError `SIGNING_FAILED` */
export async function attest(
  repository: Repository,
  environment: EnvironmentRef,
  rendered: Oid,
  options: AttestOptions,
): Promise<boolean> {
  const [commit] = await repository.commits([rendered]);
  const statement = await statementOf(repository, environment, commit!);
  if (statement === undefined) return false;
  const signed = options.sign && (await sealEnvelope(PAYLOAD_TYPE, statement, options.sign));
  const note: NoteEdit = {
    ref: PROVENANCE_REF,
    commit: rendered,
    author: commit!.committer,
    edit: (before) => {
      const known = before === undefined ? undefined : readNote(before);
      // Signatures of OpenPGP differ each time; and what somebody signed is not replaced by what nobody did.
      const stays = known?.payload === statement && (signed === undefined || known.envelope !== undefined);
      return stays ? before! : (signed ?? statement);
    },
  };
  return noteTo(repository, note, options);
}

export interface CheckedProvenance {
  /** Who signed it; absent where nobody was asked for. */
  readonly signedBy?: string;
}

/** Holds the note on a rendered commit to the commit.
 * @param trusted who has to have signed it; nobody has to when absent
 * @returns undefined where there is no note, and none is asked for
 * @throws TruekeelError `PROVENANCE_INVALID` when it says something else; `PROVENANCE_MISSING` when one is asked for
 * @throws GitError `SIGNATURE_REFUSED` */
export async function checkProvenance(
  repository: Repository,
  environment: EnvironmentRef,
  rendered: Oid,
  trusted?: TrustedSigners,
): Promise<CheckedProvenance | undefined> {
  const text = await repository.readNote(PROVENANCE_REF, rendered);
  if (text === undefined) {
    if (!trusted) return undefined;
    throw new TruekeelError(`there is no provenance of ${rendered}`, {
      code: 'PROVENANCE_MISSING',
      family: 'validation',
      hint: `Fetch it: git fetch origin ${PROVENANCE_REF}:${PROVENANCE_REF}. If it is not there either, render again.`,
    });
  }
  const [commit] = await repository.commits([rendered]);
  const expected = await statementOf(repository, environment, commit!);
  const note = readNote(text);
  if (!note || note.payload !== expected) {
    const why = note ? 'is not what the commit and its source say' : 'cannot be read';
    throw new TruekeelError(`the provenance of ${rendered} ${why}`, {
      code: 'PROVENANCE_INVALID',
      family: 'validation',
      hint: `Somebody changed the note, or another version of Truekeel wrote it: git notes --ref=${PROVENANCE_REF} show ${rendered.slice(0, 12)}`,
    });
  }
  if (!trusted) return {};
  if (note.envelope) return { signedBy: await verifyEnvelope(note.envelope, trusted) };
  throw new GitError('SIGNATURE_REFUSED', `nobody signed the provenance of ${rendered}`, {
    hint: 'Render with --sign, and a key of the list.',
  });
}

/** The statement as JSON; equal commits have equal texts.
 * @returns undefined for a commit of a dirty work tree, and where its source is not here */
async function statementOf(
  repository: Repository,
  environment: EnvironmentRef,
  commit: Commit,
): Promise<string | undefined> {
  const [bytes = Buffer.alloc(0)] = await repository.readFiles(commit.oid, [ENVIRONMENT_FILE]);
  const manifest = parseEnvironmentManifest(bytes, `${ENVIRONMENT_FILE} of ${commit.oid}`);
  if (manifest.source.dirty) return undefined;
  const locks = await lockfiles(repository, manifest);
  if (!locks) return undefined;
  const { commit: source, program } = manifest.source;
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: renderedBranch(environment), digest: { gitCommit: commit.oid, gitTree: commit.tree } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          environment: manifest.environment,
          program,
          ...(manifest.hold && { reverts: manifest.hold.reverts }),
        },
        resolvedDependencies: [
          { name: 'source', digest: { gitCommit: source } },
          ...manifest.applications.flatMap((application) =>
            application.source
              ? [
                  {
                    name: `source of ${application.name}`,
                    digest: { gitCommit: application.source.commit },
                  },
                ]
              : [],
          ),
          ...locks,
        ],
      },
      runDetails: { builder: { id: BUILDER, version: manifest.versions } },
    },
  };
  return `${JSON.stringify(statement, null, 2)}\n`;
}

/** Those of the root and of the program's directory. */
async function lockfiles(repository: Repository, { source }: EnvironmentManifest) {
  const directory = /\s/.test(source.program) ? '' : source.program.replace(/[^/]*$/, '');
  const paths = [...new Set(['', directory])].flatMap((prefix) =>
    LOCKFILES.map((name) => `${prefix}${name}`),
  );
  try {
    const bodies = await repository.readFiles(source.commit, paths);
    return paths.flatMap((name, index) => {
      const body = bodies[index];
      return body ? [{ name, digest: { sha256: createHash('sha256').update(body).digest('hex') } }] : [];
    });
  } catch (error) {
    // A rollback to a source commit that a shallow clone does not have.
    if (isGitError(error, 'OBJECT_MISSING')) return undefined;
    throw error;
  }
}

interface Note {
  /** The statement, as it was written. */
  readonly payload: string;
  /** Where it is signed. */
  readonly envelope?: Envelope;
}

function readNote(text: string): Note | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const envelope = readEnvelope(value);
  if (!envelope) return { payload: text };
  return envelope.payloadType === PAYLOAD_TYPE ? { payload: envelope.payload, envelope } : undefined;
}
