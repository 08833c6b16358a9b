import { describe, expect, it } from 'vitest';
import { apply, object, tryApply, withSpec, write } from '../../test/fields/widgets.ts';
import { formatPath } from './index.ts';

describe('apply by kubectl to what it applied from the client side', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const lastApplied = JSON.stringify(withSpec({ title: 't', size: '<5' }));
  const live = write(
    'kubectl-client-side-apply',
    object({ metadata: { annotations: { [annotation]: lastApplied } }, spec: { title: 't', size: '<5' } }),
  );

  it('has no conflicts with its former self, and brings the annotation up to date', () => {
    const now = apply('kubectl', withSpec({ title: 'u', size: '<6' }), { live });
    expect(now.metadata.annotations).toEqual({
      [annotation]:
        '{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":"\\u003c6","title":"u"}}\n',
    });
  });

  it('has conflicts with what was changed since', () => {
    const edited = write('edit', { ...live, spec: { title: 'edited', size: '<5' } }, { live });
    const { conflicts } = tryApply('kubectl', withSpec({ title: 'u', size: '<6' }), { live: edited });
    expect(conflicts?.map(({ manager, path }) => [manager, formatPath(path)])).toEqual([
      ['edit', 'spec.title'],
    ]);
  });

  it('is not for other managers', () => {
    expect(tryApply('helm', withSpec({ title: 'u' }), { live }).conflicts).toHaveLength(1);
  });

  it('is not for annotations that cannot be read', () => {
    const broken = { ...live, metadata: { ...live.metadata, annotations: { [annotation]: '{' } } };
    expect(tryApply('kubectl', withSpec({ title: 'u' }), { live: broken }).conflicts).toHaveLength(1);
  });
});
