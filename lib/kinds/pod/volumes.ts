/** Volumes of pods, and where containers mount them. */
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notFound,
  required,
} from '../field-errors.ts';
import { HOST_PATH_TYPES, modeErrors, pathErrors, relativePathErrors } from '../files.ts';
import { labelNameErrors } from '../names.ts';
import { podFieldErrors, resourceFieldErrors } from './environment.ts';

/** Fields of a pod that a file may hold. */
const FILE_FIELDS = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.annotations',
  'metadata.labels',
]);
const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;

type SourceErrors = (source: Fields, at: string) => FieldError[];

const needs =
  (...fields: readonly string[]): SourceErrors =>
  (source, at) =>
    fields.filter((field) => !source[field]).map((field) => required(`${at}.${field}`));

const SOURCES: Readonly<Record<string, SourceErrors>> = {
  awsElasticBlockStore: needs('volumeID'),
  azureDisk: needs('diskName', 'diskURI'),
  azureFile: needs('secretName', 'shareName'),
  cinder: needs('volumeID'),
  configMap: (source, at) => [
    ...needs('name')(source, at),
    ...modeErrors(source.defaultMode, `${at}.defaultMode`),
    ...itemErrors(source.items, at),
  ],
  csi: needs('driver'),
  downwardAPI: (source, at) => [
    ...modeErrors(source.defaultMode, `${at}.defaultMode`),
    ...downwardErrors(source.items, at),
  ],
  emptyDir: ({ sizeLimit }, at) =>
    String(sizeLimit ?? '').startsWith('-')
      ? [forbidden(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  ephemeral: needs('volumeClaimTemplate'),
  fc: () => [],
  flexVolume: needs('driver'),
  gcePersistentDisk: needs('pdName'),
  hostPath: (source, at) => [
    ...(source.path ? pathErrors(source.path, `${at}.path`) : [required(`${at}.path`)]),
    ...enumErrors(source.type, HOST_PATH_TYPES, `${at}.type`),
  ],
  image: needs('reference'),
  iscsi: needs('targetPortal', 'iqn'),
  nfs: (source, at) => [
    ...needs('server', 'path')(source, at),
    ...(source.path && !source.path.startsWith('/')
      ? [invalidValue(`${at}.path`, source.path, 'must be an absolute path')]
      : []),
  ],
  persistentVolumeClaim: needs('claimName'),
  portworxVolume: needs('volumeID'),
  projected: projectedErrors,
  secret: (source, at) => [
    ...needs('secretName')(source, at),
    ...modeErrors(source.defaultMode, `${at}.defaultMode`),
    ...itemErrors(source.items, at),
  ],
  vsphereVolume: needs('volumePath'),
};

export function volumeErrors(volumes: readonly Fields[], path: string): FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const at = `${path}[${i}]`;
    const isTaken = seen.has(volume.name);
    seen.add(volume.name);
    const present = Object.keys(volume).filter((name) => name !== 'name' && volume[name] != null);
    return [
      ...labelNameErrors(volume.name, `${at}.name`),
      ...(isTaken ? [duplicate(`${at}.name`, volume.name)] : []),
      ...present
        .slice(1)
        .map((name) => forbidden(`${at}.${name}`, 'may not specify more than 1 volume type')),
      ...present.slice(0, 1).flatMap((name) => SOURCES[name]?.(volume[name], `${at}.${name}`) ?? []),
    ];
  });
}

function itemErrors(items: readonly Fields[] | null | undefined, at: string): FieldError[] {
  return (items ?? []).flatMap(({ key, path, mode }, i) => [
    ...(key ? [] : [required(`${at}.items[${i}].key`)]),
    ...relativePathErrors(path, `${at}.items[${i}].path`),
    ...modeErrors(mode, `${at}.items[${i}].mode`),
  ]);
}

function downwardErrors(items: readonly Fields[] | null | undefined, at: string): FieldError[] {
  return (items ?? []).flatMap(({ path, fieldRef, resourceFieldRef, mode }) => [
    ...relativePathErrors(path, `${at}.path`),
    ...(fieldRef ? podFieldErrors(fieldRef, `${at}.fieldRef`, FILE_FIELDS) : []),
    ...(!fieldRef && resourceFieldRef ? resourceFieldErrors(resourceFieldRef, `${at}.resourceFieldRef`) : []),
    ...(fieldRef && resourceFieldRef
      ? [invalidValue(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')]
      : []),
    ...(fieldRef || resourceFieldRef
      ? []
      : [required(at, 'one of fieldRef and resourceFieldRef is required')]),
    ...modeErrors(mode, `${at}.mode`),
  ]);
}

function projectedErrors({ sources, defaultMode }: Fields, at: string): FieldError[] {
  return [
    ...modeErrors(defaultMode, `${at}.defaultMode`),
    ...((sources ?? []) as readonly Fields[]).flatMap((source, i) =>
      projectedSource(source, `${at}.sources[${i}]`),
    ),
  ];
}

function projectedSource(
  { secret, configMap, downwardAPI, serviceAccountToken: token }: Fields,
  at: string,
): FieldError[] {
  const seconds = token?.expirationSeconds;
  const field = `${at}.serviceAccountToken.expirationSeconds`;
  return [
    ...(secret
      ? [...needs('name')(secret, `${at}.secret`), ...itemErrors(secret.items, `${at}.secret`)]
      : []),
    ...(configMap
      ? [...needs('name')(configMap, `${at}.configMap`), ...itemErrors(configMap.items, `${at}.configMap`)]
      : []),
    ...(downwardAPI ? downwardErrors(downwardAPI.items, `${at}.downwardAPI`) : []),
    ...(token ? relativePathErrors(token.path, `${at}.serviceAccountToken.path`) : []),
    ...(seconds != null && seconds < SHORTEST_TOKEN_SECONDS
      ? [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(seconds > LONGEST_TOKEN_SECONDS
      ? [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
  ];
}

/** @param volumes names of those there are */
export function mountErrors(container: Fields, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const places = new Set<string>();
  return ((container.volumeMounts ?? []) as readonly Fields[]).flatMap((mount, i) => {
    const at = `${path}.volumeMounts[${i}]`;
    const { name, mountPath, subPath, subPathExpr, mountPropagation } = mount;
    const isTaken = places.has(mountPath);
    places.add(mountPath);
    return [
      ...(name ? [] : [required(`${at}.name`)]),
      ...(volumes.has(name) ? [] : [notFound(`${at}.name`, name ?? '')]),
      ...(mountPath ? [] : [required(`${at}.mountPath`)]),
      ...(isTaken ? [invalidValue(`${at}.mountPath`, mountPath, 'must be unique')] : []),
      ...(subPath ? relativePathErrors(subPath, `${path}.volumeMounts.subPath`) : []),
      ...(subPath && subPathExpr
        ? [
            invalidValue(
              `${path}.volumeMounts.subPathExpr`,
              subPathExpr,
              'subPathExpr and subPath are mutually exclusive',
            ),
          ]
        : []),
      ...enumErrors(
        mountPropagation,
        ['Bidirectional', 'HostToContainer', 'None'],
        `${path}.volumeMounts.mountPropagation`,
      ),
    ];
  });
}
