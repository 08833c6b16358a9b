/** Request bodies: JSON, or YAML where it is taken, with the duplicate fields that a strict reader must name. */
import { parseYaml as readYaml, TruekeelError } from '../../objects/index.ts';
import { decodeProtobuf, PROTOBUF } from '../protobuf/decode.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { duplicateFields } from './duplicates.ts';

export interface ParsedBody {
  readonly value: unknown;
  /** `duplicate field "spec.replicas"`, … */
  readonly problems: readonly string[];
}

/** What errors name the body by. */
const BODY = 'body';

/** @throws ApiError 400 when it does not parse, 415 when the type is not one that is read */
export function parseBody(body: Buffer, contentType: string | undefined): ParsedBody {
  const type = (contentType ?? 'application/json').split(';')[0]!.trim().toLowerCase();
  switch (type) {
    case 'application/json':
    case '':
      return parseJson(body.toString('utf8'));
    case 'application/yaml':
      return parseYaml(body.toString('utf8'));
    case PROTOBUF:
      return { value: decodeProtobuf(body), problems: [] };
    default:
      throw unsupportedMediaType();
  }
}

export function parseJson(text: string): ParsedBody {
  try {
    return { value: JSON.parse(text), problems: duplicateFields(text) };
  } catch (error) {
    throw badRequest(`error decoding the body as JSON: ${(error as Error).message}`); // JSON.parse throws SyntaxError only
  }
}

/** YAML, or JSON, which most clients send as such. */
export function parseYaml(text: string): ParsedBody {
  if (text.trimStart().startsWith('{')) {
    try {
      return { value: JSON.parse(text), problems: duplicateFields(text) };
    } catch {
      // Flow-style YAML also starts with a brace.
    }
  }
  return { value: documentOf(text, true), problems: repeatedKeys(text) };
}

/** What the first document says, as sigs.k8s.io/yaml understands it. */
function documentOf(text: string, lastKeyWins: boolean): unknown {
  try {
    return readYaml(text, { file: BODY, lastKeyWins })[0]?.value;
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
}

/** The first key that stands twice: a reader that refuses it is asked where it is. */
function repeatedKeys(text: string): readonly string[] {
  try {
    documentOf(text, false);
    return [];
  } catch (error) {
    return [(error as Error).message]; // documentOf throws ApiError only
  }
}
