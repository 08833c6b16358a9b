import { describe, expect, it } from 'vitest';
import {
  FieldSet,
  fieldElement,
  fieldPath,
  formatPath,
  keyElement,
  type ResetTarget,
  resetFieldsFilter,
} from './index.ts';

const ALL = FieldSet.of(
  fieldPath('metadata', 'labels', 'a'),
  fieldPath('metadata', 'ownerReferences'),
  fieldPath('spec'),
  [...fieldPath('spec', 'containers'), keyElement({ name: 'c' }), fieldElement('image')],
  [...fieldPath('spec', 'containers'), keyElement({ name: 'c' }), ...fieldPath('resources', 'limits')],
  fieldPath('status'),
  fieldPath('status', 'conditions', 'x'),
  fieldPath('status', 'certificate'),
);

describe('a request', () => {
  const LABEL = 'metadata.labels.a';
  const OWNERS = 'metadata.ownerReferences';
  const SPEC = ['spec', 'spec.containers[name=c].image', 'spec.containers[name=c].resources.limits'];
  const STATUS = ['status', 'status.certificate', 'status.conditions.x'];

  it.each<[string, Partial<ResetTarget>, readonly string[]]>([
    ['for an object without status', { hasStatus: false }, [LABEL, OWNERS, ...SPEC, ...STATUS]],
    ['for an object with status', {}, [LABEL, OWNERS, ...SPEC]],
    ['for the status of a custom resource', { subresource: 'status' }, STATUS],
    [
      'for the status of a Service',
      { group: '', kind: 'Service', subresource: 'status' },
      [LABEL, OWNERS, ...STATUS],
    ],
    ['for the status of a Pod', { group: '', kind: 'Pod', subresource: 'status' }, [LABEL, ...STATUS]],
    [
      'for the status of a Deployment',
      { group: 'apps', kind: 'Deployment', subresource: 'status' },
      [OWNERS, ...STATUS],
    ],
    [
      'for a Pod’s resources',
      { group: '', kind: 'Pod', subresource: 'resize' },
      ['spec', 'spec.containers[name=c].resources.limits'],
    ],
    [
      'for a Pod’s ephemeral containers',
      { group: '', kind: 'Pod', subresource: 'ephemeralcontainers' },
      ['spec'],
    ],
    [
      'for a signing request',
      { group: 'certificates.k8s.io', kind: 'CertificateSigningRequest' },
      [LABEL, OWNERS],
    ],
    [
      'for its approval',
      { group: 'certificates.k8s.io', kind: 'CertificateSigningRequest', subresource: 'approval' },
      [LABEL, OWNERS, 'status', 'status.conditions.x'],
    ],
    [
      'for its certificate',
      { group: 'certificates.k8s.io', kind: 'CertificateSigningRequest', subresource: 'status' },
      [LABEL, OWNERS, 'status', 'status.certificate'],
    ],
    ['for a custom resource in another version', { onlyIn: 'v2' }, [LABEL, OWNERS, ...SPEC, ...STATUS]],
  ])('%s gives what it can change', (_what, target, paths) => {
    const filter = resetFieldsFilter({ group: 'example.dev', kind: 'Widget', hasStatus: true, ...target });
    expect(filter(ALL, 'v1').paths().map(formatPath).sort()).toEqual([...paths].sort());
  });
});
