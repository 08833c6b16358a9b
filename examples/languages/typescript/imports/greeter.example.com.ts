// The constructs of greeter.example.com, made by `truekeel import crd`. Changes are lost when they are imported again.
import type { ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import { ImportedKind, ImportedObject } from 'truekeel/imported';

/** Greeting of greeter.example.com/v1. */
export class Greeting extends ImportedObject {
  /** What the definition says about its objects. */
  public static readonly DEFINITION: ImportedKind = new ImportedKind(
    'greeter.example.com/v1',
    'Greeting',
    '{"properties":{"spec":{"names":{"fromValue":"from"},"properties":{"from":{"type":"string"},"limits":{"additionalProperties":{"minimum":1,"type":"integer"},"type":"object"},"port":{"x-kubernetes-int-or-string":true},"rendering":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"serverIP":{"format":"ipv4","type":"string"},"texts":{"items":{"names":{"defaultValue":"default"},"properties":{"default":{"type":"boolean"},"language":{"pattern":"^[a-z]{2}$","type":"string"},"text":{"minLength":1,"type":"string"}},"required":["language","text"],"type":"object"},"minItems":1,"type":"array","x-kubernetes-list-map-keys":["language"],"x-kubernetes-list-type":"map"},"tone":{"enum":["formal","friendly"],"type":"string"}},"required":["texts","from"],"type":"object"}},"required":["spec"],"type":"object"}',
  );

  /**
   * The object that a manifest describes, with fields named as in YAML.
   *
   * @param scope where it belongs
   * @param id its name among its neighbours
   * @param manifest the object as JSON
   */
  public static fromManifest(scope: Construct, id: string, manifest: object): Greeting {
    const kind = Greeting.DEFINITION;
    return new Greeting(scope, id, kind.properties(manifest, scope, id));
  }

  /**
   * Declares the object.
   *
   * @param scope where it belongs
   * @param id its name among its neighbours
   * @param props its fields
   */
  public constructor(scope: Construct, id: string, props: GreetingProps) {
    super(scope, id, Greeting.DEFINITION, props);
  }
}

/** Properties of Greeting. */
export interface GreetingProps {
  /**
   * Name, namespace, labels, annotations and the like.
   *
   * @default - named after its place in the program
   */
  readonly metadata?: ApiObjectMetadata;

  readonly spec: GreetingSpec;
}

export interface GreetingSpec {
  /**
   * Who says it.
   *
   * Called from in the object.
   */
  readonly fromValue: string;

  /** How often a minute, by audience. */
  readonly limits?: { readonly [name: string]: number };

  /** The number of a port, or its name. */
  readonly port?: number | string;

  /** For who renders it; any fields. */
  readonly rendering?: { readonly [name: string]: unknown };

  /**
   * Where it is said.
   *
   * Format: ipv4.
   */
  readonly serverIP?: string;

  /**
   * What is said, by language.
   *
   * At least 1 item.
   * No two items have the same language.
   */
  readonly texts: readonly GreetingSpecTexts[];

  /** @default friendly */
  readonly tone?: 'formal' | 'friendly';
}

export interface GreetingSpecTexts {
  /** Called default in the object. */
  readonly defaultValue?: boolean;

  /** Pattern: `^[a-z]{2}$`. */
  readonly language: string;

  /** At least 1 character. */
  readonly text: string;
}
