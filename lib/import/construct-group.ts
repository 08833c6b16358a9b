/** The constructs of a group, with their names, before a language writes them down. */
import type { CheckedSchema } from '../imported/index.ts';
import { checkedObject } from './checked-schema.ts';
import { type DeclaredStruct, declaredProps } from './declared-types.ts';
import type { Definition } from './definitions.ts';
import { TypeNames } from './names.ts';

export interface ConstructGroup {
  /** `cert-manager.io` */
  readonly group: string;
  readonly constructs: readonly DeclaredConstruct[];
}

/** A construct for a version of a kind. */
export interface DeclaredConstruct {
  readonly className: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** A paragraph each. */
  readonly description: readonly string[];
  /** What to do instead, or that it is deprecated. */
  readonly deprecation: string | undefined;
  readonly props: DeclaredStruct;
  /** What is checked when an object is made. */
  readonly checked: CheckedSchema;
}

/** By group. The most stable version of a kind has its name, others have the version behind it: `Certificate`,
 * `CertificateV1Alpha2`. */
export function constructGroups(definitions: readonly Definition[]): readonly ConstructGroup[] {
  const groups = Map.groupBy(definitions, ({ group }) => group);
  return [...groups.keys()].sort().map((group) => ({ group, constructs: constructsOf(groups.get(group)!) }));
}

function constructsOf(definitions: readonly Definition[]): readonly DeclaredConstruct[] {
  const typeNames = new TypeNames();
  const sorted = definitions.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  // Classes first: what people write has the first right to a name.
  const preferred = new Map(sorted.map(({ kind }) => [kind, typeNames.take(kind)]));
  const named = sorted.flatMap((definition) =>
    definition.versions.map((version, index) => {
      const plain = preferred.get(definition.kind)!;
      const className = index === 0 ? plain : typeNames.take(`${plain}${versionSuffix(version.name)}`);
      return { definition, version, className, propsName: typeNames.take(`${className}Props`) };
    }),
  );
  return named.map(({ definition, version, className, propsName }) => {
    const { group, kind, scope } = definition;
    const { schema } = version;
    const apiVersion = `${group}/${version.name}`;
    const where = scope === 'Namespaced' ? '' : ' It is in no namespace.';
    return {
      className,
      apiVersion,
      kind,
      description: [schema.description ?? '', `${kind} of ${apiVersion}.${where}`],
      deprecation: version.deprecation,
      props: declaredProps(
        schema,
        { name: propsName, description: `Properties of ${className}.` },
        typeNames,
      ),
      checked: checkedObject(schema),
    };
  });
}

/** `v1beta1` to `V1Beta1`. */
function versionSuffix(version: string): string {
  return version.replace(
    /(^|\d|-)([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}
