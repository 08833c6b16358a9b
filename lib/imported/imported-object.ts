import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { markGenerated } from '../render/tree/index.ts';
import { type ImportedKind, pathBelow } from './imported-kind.ts';

/** The base of imported constructs: an ApiObject of cdk8s whose fields were checked. */
export abstract class ImportedObject extends ApiObject {
  static {
    markGenerated(ImportedObject.prototype);
  }

  readonly #kind: ImportedKind;
  readonly #isDeferred: boolean;

  /** @throws TruekeelError `INVALID_FIELD` with every field that the kind's schema refuses, or its rules */
  constructor(scope: Construct, id: string, kind: ImportedKind, props: object) {
    const path = pathBelow(scope, id);
    const { fields, patches, content } = fromOutside(new.target, () => kind.check(props, path));
    super(scope, id, { ...fields, apiVersion: kind.apiVersion, kind: kind.kind });
    this.#kind = kind;
    this.#isDeferred = content === undefined;
    fromOutside(new.target, () => {
      kind.checkName(this.name, path);
      if (content) kind.checkRules(content, this.name, path);
    });
    if (patches.length > 0) this.addJsonPatch(...patches);
  }

  /** @throws TruekeelError `INVALID_FIELD` with what the rules of the kind refuse, where only now all is there */
  public override toJson(): ReturnType<ApiObject['toJson']> {
    const json: object = super.toJson();
    if (this.#isDeferred) this.#kind.checkRules(json, this.name, this.node.path);
    return json;
  }
}

/** What is thrown seems to come from who made the object, as the class is in a file that nobody wrote. */
function fromOutside<T>(type: NewableFunction, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Error) {
      Error.captureStackTrace(error, type);
      const [first = '', ...frames] = (error.stack ?? '').split('\n    at ');
      const isInside = frames[0]?.startsWith(`${type.name}.fromManifest `);
      error.stack = [first, ...(isInside ? frames.slice(1) : frames)].join('\n    at ');
    }
    throw error;
  }
}
