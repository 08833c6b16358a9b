import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import { Annotation, TruekeelError } from '../objects/index.ts';
import { addProblem } from '../render/index.ts';
import {
  formatOf,
  readSealed,
  type SealedField,
  secretEntries,
  secretType,
} from '../sealed/document/index.ts';
import { addCheck } from './target.ts';
import { contentHash, KEPT_VERSIONS, keepProblem, versionedName } from './versioned-name.ts';

/** Properties of a SealedSecret. */
export interface SealedSecretProps {
  /**
   * The sealed file, relative to the program: a Secret, or a map of values, that `truekeel secret seal` or `sops` sealed
   * for recipients of age. YAML, JSON, variables (`.env`), or any other file as one value.
   */
  readonly file: string;

  /**
   * The key of a file that is one value. Others have keys.
   *
   * @default "data"
   */
  readonly key?: string;

  /**
   * The type of the Secret: `kubernetes.io/tls`.
   *
   * @default - what the file says, where it is a Secret, else Opaque
   */
  readonly type?: string;

  /**
   * The name before the hash.
   *
   * @default - its place in the application
   */
  readonly baseName?: string;

  /**
   * A name without a hash, for those who look for the Secret by a name that they know already. What uses it is not rolled
   * when it changes, and no former version stays.
   *
   * @default - the name ends in a hash of the sealed content
   */
  readonly fixedName?: string;

  /**
   * How many former versions stay in the cluster. One or more.
   *
   * @default 3
   */
  readonly keep?: number;

  /**
   * Labels and annotations. The name is made of `baseName`.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A Secret (v1) that is in Git, sealed by SOPS for recipients of age. It stays sealed in the rendered branch, and is opened
 * in memory by who applies it and has a key; the program has none. Like a Config it never changes: other content has
 * another name, so that what uses it is rolled.
 *
 *     const db = new SealedSecret(application, 'db', { file: 'secrets/db.sops.yaml' });
 *     new Workload(application, 'api', { image, environmentFrom: [EnvironmentSource.secret(db.secretName)] });
 */
export class SealedSecret extends ApiObject {
  /** The name of the Secret, for what uses it. */
  public readonly secretName: string;

  /** The keys of the Secret, sorted. */
  public readonly keys: string[];

  /**
   * Declares a secret.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props The sealed file.
   */
  constructor(scope: Construct, id: string, props: SealedSecretProps) {
    const { fixedName, keep = KEPT_VERSIONS, metadata } = props;
    const found = readFile(props);
    const sealed = found.sealed ?? EMPTY;
    const versioned = versionedName(scope, id, { kind: 'Secret', hash: sealed.hash, given: props.baseName });
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        ...metadata,
        name: fixedName ?? versioned.name,
        ...(fixedName === undefined && {
          annotations: {
            // To keep some and delete the others is what it is for: nobody is asked, whatever its application says.
            [Annotation.prune]: 'allow',
            ...metadata?.annotations,
            [Annotation.versionOf]: versioned.baseName,
            [Annotation.keepVersions]: String(keep),
          },
        }),
      },
      immutable: fixedName === undefined ? true : undefined,
      type: props.type ?? sealed.type,
      sealed: sealed.field,
    });
    this.secretName = this.name;
    this.keys = [...sealed.keys];
    if (found.problem)
      addProblem(this, { ...found.problem, message: `${this.node.path}: ${found.problem.message}` });
    addCheck(this, () => [
      keepProblem(keep),
      metadata?.name === undefined ? undefined : 'metadata has a name: give baseName or fixedName instead',
      fixedName === undefined || props.baseName === undefined
        ? undefined
        : 'it has baseName and fixedName: give one',
      this.changeProblem(sealed.field?.text),
    ]);
  }

  /** A patch, or a mixin, comes too late for the name. */
  private changeProblem(text: string | undefined): string | undefined {
    let rendered: {
      readonly sealed?: { readonly text?: string };
      readonly metadata?: { readonly name?: string };
    };
    try {
      rendered = this.toJson();
    } catch {
      return undefined; // That is said when it is rendered.
    }
    return rendered.sealed?.text === text && rendered.metadata?.name === this.name
      ? undefined
      : 'it was changed after its name was made of its content: change the file';
  }
}

interface SealedFile {
  /** Absent where it could not be read. */
  readonly field?: SealedField;
  readonly hash: string;
  readonly keys: readonly string[];
  readonly type?: string;
}

/** Stands for what could not be read. Nothing is rendered with it: the problem stands before that. */
const EMPTY: SealedFile = { hash: contentHash(''), keys: [] };

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function readFile({ file, key, type }: SealedSecretProps): {
  readonly sealed?: SealedFile;
  readonly problem?: Problem;
} {
  const text = isAbsolute(file) ? undefined : textOf(file);
  if (text === undefined) {
    return {
      problem: {
        code: 'SEALED_MISSING',
        message: isAbsolute(file)
          ? `${file} is a path of one machine: give one that is relative to the program`
          : `there is no file ${file}, beside the program or in the current directory`,
        hint: `Make it with "truekeel secret seal ${isAbsolute(file) ? 'secrets/db.sops.yaml' : file} --from-file KEY=PATH".`,
      },
    };
  }
  try {
    const document = readSealed(text, file);
    const entries = secretEntries(document, key);
    const said = type ?? secretType(document);
    return {
      sealed: {
        field: { file, format: formatOf(file), ...(key !== undefined && { key }), text },
        // Not of the metadata: who may open it is no matter of those who use it.
        hash: contentHash({
          type: said,
          data: Object.fromEntries(entries.map((one) => [one.key, one.leaf.text])),
        }),
        keys: entries.map((one) => one.key),
        ...(said !== undefined && { type: said }),
      },
    };
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    return { problem: { code: error.code, message: error.message, hint: error.hint ?? '' } };
  }
}

/** Beside the module that Node was started with, or in the current directory: a program in another language has no
 * module. */
function textOf(file: string): string | undefined {
  const program = process.argv[1];
  for (const place of [...(program === undefined ? [] : [join(dirname(program), file)]), file]) {
    try {
      return readFileSync(place, 'utf8');
    } catch {}
  }
  return undefined;
}
