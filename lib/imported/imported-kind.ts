import { type ApiObjectMetadata, JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { TruekeelError } from '../objects/index.ts';
import { isMap } from '../schemas/structural/index.ts';
import { type FieldProblem, problemsOf, ruleProblemsOf } from './check.ts';
import { exactValue } from './exact.ts';
import { toFields, toProperties } from './names.ts';
import type { CheckedSchema } from './schema.ts';
import { hasDeferred } from './values.ts';

/** More are not shown at a time. */
const SHOWN_PROBLEMS = 20;

/** Filled in by the server, or by what the construct is. */
const ENVELOPE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

export interface CheckedObject {
  readonly fields: Readonly<Record<string, unknown>>;
  /** What cdk8s cannot render is added by patches. */
  readonly patches: readonly JsonPatch[];
  /** What rules are asked of; undefined where some of it is made only when the program is rendered. */
  readonly content: object | undefined;
}

/** A version of a kind, as a CustomResourceDefinition describes it. */
export class ImportedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly #text: string;
  #schema: CheckedSchema | undefined;

  /** @param schema a {@link CheckedSchema} as JSON: read when the first object of the kind is made */
  constructor(apiVersion: string, kind: string, schema: string) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.#text = schema;
  }

  get schema(): CheckedSchema {
    // Written by the generator, from a type of this shape.
    this.#schema ??= JSON.parse(this.#text) as CheckedSchema;
    return this.#schema;
  }

  /** Checks the properties of an object, and makes its fields of them.
   * @throws TruekeelError `INVALID_FIELD` with every field that is wrong */
  check(properties: object, constructPath: string): CheckedObject {
    const refuse = (problems: readonly FieldProblem[]): never => {
      throw this.#invalid(problems, constructPath);
    };
    const { metadata, ...rest } = properties as { readonly metadata?: ApiObjectMetadata };
    const problems: FieldProblem[] = [];
    const fields = toFields(this.schema, rest, '', problems, refuse);
    problems.push(...problemsOf(this.schema, fields, ''));
    if (problems.length > 0) refuse(problems);
    const { value, patches } = exactValue(fields);
    // A map stays a map.
    return {
      fields: { ...(value as object), ...(metadata && { metadata }) },
      patches: patches.map(({ op, path, value }) => JsonPatch[op](path, value)),
      content: hasDeferred(fields) ? undefined : (fields as object), // toFields makes a map of a map
    };
  }

  /** The properties that stand for a manifest, which names fields as YAML does. What is the server's is left out.
   * @throws TruekeelError `INVALID_FIELD` when the manifest is of another kind */
  properties<Props>(manifest: object, scope: IConstruct, id: string): Props {
    const { apiVersion, kind } = manifest as { readonly apiVersion?: unknown; readonly kind?: unknown };
    const problems: FieldProblem[] = [];
    for (const [path, given, expected] of [
      ['apiVersion', apiVersion, this.apiVersion],
      ['kind', kind, this.kind],
    ] as const) {
      if (given !== undefined && given !== expected) {
        problems.push({ path, problem: `must be ${expected}, not ${JSON.stringify(given)}` });
      }
    }
    if (problems.length > 0) throw this.#invalid(problems, pathBelow(scope, id));
    const fields = Object.entries(manifest).filter(([field]) => !ENVELOPE.has(field));
    const properties = toProperties(this.schema, Object.fromEntries(fields));
    const { metadata } = manifest as { readonly metadata?: unknown };
    // Checked when the object is made of it.
    return { ...(properties as object), ...(isMap(metadata) && { metadata }) } as Props;
  }

  /** What is wrong with a name, which may not be known before the object is made.
   * @throws TruekeelError `INVALID_FIELD` */
  checkName(name: string, constructPath: string): void {
    const schema = this.schema.properties?.metadata?.properties?.name;
    const problems = schema ? problemsOf(schema, name, 'metadata.name') : [];
    if (problems.length > 0) throw this.#invalid(problems, constructPath);
  }

  /** What the kind's rules refuse (`x-kubernetes-validations`).
   * @param content of the object, as its schema allows it
   * @throws TruekeelError `INVALID_FIELD` */
  checkRules(content: object, name: string, constructPath: string): void {
    const { apiVersion, kind } = this;
    const problems = ruleProblemsOf(this.schema, { ...content, apiVersion, kind, metadata: { name } });
    if (problems.length > 0) throw this.#invalid(problems, constructPath);
  }

  #invalid(problems: readonly FieldProblem[], constructPath: string): TruekeelError {
    const lines = problems.map(({ path, problem }) => (path === '' ? `it ${problem}` : `${path} ${problem}`));
    const shown = lines.slice(0, SHOWN_PROBLEMS);
    if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more`);
    const [first, ...further] = shown;
    const subject = `${this.kind} ${constructPath}: ${first}`;
    return new TruekeelError([subject, ...further].join('\n'), {
      code: 'INVALID_FIELD',
      family: 'validation',
      constructPath,
      hint: `The schema of ${this.kind} (${this.apiVersion}) asks for it; addJsonPatch sets what the schema does not know.`,
    });
  }
}

/** The path that a construct gets. */
export function pathBelow(scope: IConstruct, id: string): string {
  return scope.node.path === '' ? id : `${scope.node.path}/${id}`;
}
