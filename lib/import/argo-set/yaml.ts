import { type JsonValue, parseYaml, TruekeelError } from '../../objects/index.ts';
import { NotUnderstood } from './not-understood.ts';

/** A text of YAML; null where there is nothing in it. */
export function yamlOf(value: JsonValue, what: string): JsonValue {
  try {
    return parseYaml(String(value), { file: what })[0]?.value ?? null;
  } catch (error) {
    if (error instanceof TruekeelError) throw new NotUnderstood(`its ${what} is no YAML: ${error.message}`);
    throw error;
  }
}
