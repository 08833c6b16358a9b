/** What an Application of Argo CD says of a Helm chart. Argo CD documentation, "Helm". */
import { compareText, type JsonObject, type JsonValue } from '../objects/index.ts';
import { record, text } from './fields.ts';

export interface ArgoHelm {
  /** Default: the name of the Application. */
  readonly releaseName?: string;
  /** Default: that of the destination. */
  readonly namespace?: string;
  /** Relative to the chart, from the root of the repository (`/…`), or of another source (`$ref/…`). */
  readonly valueFiles: readonly string[];
  readonly ignoreMissingValueFiles: boolean;
  /** As YAML, or as they are. */
  readonly values: string | JsonObject | undefined;
  readonly parameters: readonly ArgoParameter[];
  /** Whose values are what is in files, named as value files are. */
  readonly fileParameters: readonly ArgoFileParameter[];
  readonly includeCrds: boolean;
  readonly apiVersions: readonly string[];
}

interface ArgoParameter {
  readonly name: string;
  readonly value: string;
  readonly forceString: boolean;
}

interface ArgoFileParameter {
  readonly name: string;
  readonly path: string;
}

/** Fields that are read, and those without effect on what is made. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['releaseName', 'namespace', 'valueFiles', 'ignoreMissingValueFiles', 'values', 'valuesObject'],
  ...['parameters', 'fileParameters', 'skipCrds', 'apiVersions', 'skipTests', 'passCredentials', 'version'],
]);

export function readArgoHelm(helm: JsonObject): ArgoHelm {
  const [releaseName, namespace] = [text(helm.releaseName), text(helm.namespace)];
  const valuesObject = record(helm.valuesObject);
  return {
    ...(releaseName !== undefined && { releaseName }),
    ...(namespace !== undefined && { namespace }),
    valueFiles: texts(helm.valueFiles),
    ignoreMissingValueFiles: helm.ignoreMissingValueFiles === true,
    values: Object.keys(valuesObject).length > 0 ? valuesObject : text(helm.values),
    parameters: list(helm.parameters).map((one) => {
      const { name, value, forceString } = record(one);
      return { name: text(name) ?? '', value: text(value) ?? '', forceString: forceString === true };
    }),
    fileParameters: list(helm.fileParameters).map((one) => {
      const { name, path } = record(one);
      return { name: text(name) ?? '', path: text(path) ?? '' };
    }),
    includeCrds: helm.skipCrds !== true,
    apiVersions: texts(helm.apiVersions),
  };
}

export function helmRefusals(helm: JsonObject): readonly string[] {
  const unknown = Object.keys(helm).filter((name) => !KNOWN.has(name));
  return unknown.sort(compareText).map((name) => `helm.${name} is not understood`);
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return list(value).filter((one) => typeof one === 'string');
}
