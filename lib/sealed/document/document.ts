/** A file that SOPS sealed, read without any key: what it is about can be seen, values cannot. */
import { basename } from 'node:path';
import { TruekeelError } from '../../objects/index.ts';
import { isSealedPath, readMetadata, type SopsMetadata } from './metadata.ts';
import { readDotenv } from './read-dotenv.ts';
import { readYaml } from './read-yaml.ts';
import { type Branch, leavesOf, type PlacedLeaf } from './tree.ts';
import { UnreadableDocument } from './unreadable.ts';

/** As SOPS tells formats apart. `binary`: any file, as one value. */
export type SealedFormat = 'yaml' | 'json' | 'dotenv' | 'binary';

export const SEALED_FORMATS: readonly SealedFormat[] = ['yaml', 'json', 'dotenv', 'binary'];

export interface SealedDocument {
  /** How people know it. */
  readonly file: string;
  readonly format: SealedFormat;
  readonly text: string;
  /** Without the metadata. */
  readonly content: Branch;
  readonly metadata: SopsMetadata;
}

/** The format of a file by its name, as SOPS has it (cmd/sops/formats). */
export function formatOf(file: string): SealedFormat {
  const name = basename(file);
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (name.endsWith('.json')) return 'json';
  return name.endsWith('.env') ? 'dotenv' : 'binary';
}

/** @throws TruekeelError `SEALED_UNREADABLE`; what it says quotes no value */
export function readSealed(
  text: string,
  file: string,
  format: SealedFormat = formatOf(file),
): SealedDocument {
  try {
    const whole = format === 'dotenv' ? readDotenv(text) : readYaml(text);
    const metadata = readMetadata(whole);
    const content = { entries: whole.entries.filter(([key]) => key !== 'sops') };
    const document = { file, format, text, content, metadata };
    for (const placed of sealedLeaves(document)) checkSealed(placed);
    return document;
  } catch (error) {
    if (!(error instanceof UnreadableDocument)) throw error;
    throw new TruekeelError(`${file} ${error.message}`, {
      code: 'SEALED_UNREADABLE',
      family: 'validation',
      hint: 'Seal it with "truekeel secret seal", or with sops for a recipient of age.',
    });
  }
}

/** Values that are to be sealed. */
function sealedLeaves({ content, metadata }: Pick<SealedDocument, 'content' | 'metadata'>) {
  return leavesOf(content).filter(
    ({ path, leaf }) => leaf.type !== 'null' && isSealedPath(path, metadata.rule),
  );
}

/** What SOPS writes in the place of a value; an empty text stays as it is. aes/cipher.go. */
export const SEALED_VALUE =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]*),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:(\w+)\]$/;

function checkSealed({ path, leaf }: PlacedLeaf): void {
  if (leaf.type === 'str' && (leaf.text === '' || SEALED_VALUE.test(leaf.text))) return;
  throw new UnreadableDocument(`has a plain value at ${path.join('.')}, where it says that it is sealed`);
}
