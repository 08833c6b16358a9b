import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { KubeError } from './errors.ts';
import type { ListPage } from './list.ts';
import { listAll } from './list.ts';

const item = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const expired = () => new KubeError('too old', { code: 'GONE' });

/** Serves pages in turn, and remembers what was asked. */
function pages(...answers: readonly (ListPage<KubernetesObject> | Error)[]) {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const fetchPage = async (query: Readonly<Record<string, unknown>>): Promise<ListPage<KubernetesObject>> => {
    asked.push(query);
    const answer = answers[asked.length - 1];
    if (!answer) throw new Error('one page too many was asked for');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, fetchPage };
}

describe('a list', () => {
  it('is read page by page, with the selector on each and the version only on the first', async () => {
    const { asked, fetchPage } = pages(
      { metadata: { resourceVersion: '7', continue: 'token' }, items: [item('a')] },
      { metadata: { resourceVersion: '7' }, items: [item('b')] },
    );
    const list = await listAll(
      { labelSelector: 'x=y', resourceVersion: '0', limit: 1 },
      ({ metadata }) => metadata.name,
      fetchPage,
    );
    expect(list).toEqual({ items: ['a', 'b'], resourceVersion: '7' });
    expect(asked).toEqual([
      {
        labelSelector: 'x=y',
        fieldSelector: undefined,
        limit: 1,
        resourceVersion: '0',
        resourceVersionMatch: 'NotOlderThan',
      },
      { labelSelector: 'x=y', fieldSelector: undefined, limit: 1, continue: 'token' },
    ]);
  });

  it('begins anew when the server has forgotten its moment, and no object is listed twice', async () => {
    const { fetchPage } = pages(
      { metadata: { resourceVersion: '7', continue: 'token' }, items: [item('a')] },
      expired(),
      { metadata: { resourceVersion: '9' }, items: [item('a'), item('b')] },
    );
    const list = await listAll({}, ({ metadata }) => metadata.name, fetchPage);
    expect(list).toEqual({ items: ['a', 'b'], resourceVersion: '9' });
  });

  it('is asked for in one piece when that happens again and again, and is an error in the end', async () => {
    const { asked, fetchPage } = pages(expired(), expired(), expired(), expired());
    await expect(listAll({}, ({ metadata }) => metadata.name, fetchPage)).rejects.toThrow('too old');
    expect(asked.map(({ limit }) => limit)).toEqual([500, 500, 500, undefined]);
  });

  it('is empty when the server says items: null', async () => {
    const { fetchPage } = pages({ metadata: { resourceVersion: '1' }, items: null });
    expect(await listAll({}, (found) => found, fetchPage)).toEqual({ items: [], resourceVersion: '1' });
  });
});
