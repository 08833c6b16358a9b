/** Request bodies: JSON, or YAML where it is taken, with the duplicate fields that a strict reader must name. */
import { load } from 'js-yaml';
import { decodeProtobuf, PROTOBUF } from '../protobuf/decode.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { duplicateFields } from './duplicates.ts';

export interface ParsedBody {
  readonly value: unknown;
  /** `duplicate field "spec.replicas"`, … */
  readonly problems: readonly string[];
}

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
  try {
    return { value: load(text, { json: true }), problems: [] };
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`); // js-yaml throws YAMLException only
  }
}
