import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../cluster.ts';
import { configMap, TestClient, take } from '../testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
let cluster: Cluster;
let client: TestClient;

beforeEach(async () => {
  cluster = await startCluster({ controllers: false });
  client = new TestClient(cluster);
});

afterEach(async () => {
  client.close();
  await cluster.stop();
});

test('a watch without a resourceVersion starts with what is there', async () => {
  await client.send('POST', MAPS, configMap('a'));
  const events = client.watch(`${MAPS}?watch=true`);
  expect(await take(events, 1)).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'a' } } }]);
  await client.send(
    'PATCH',
    `${MAPS}/a`,
    { data: { x: 'y' } },
    { contentType: 'application/merge-patch+json' },
  );
  await client.send('DELETE', `${MAPS}/a`);
  expect((await take(events, 2)).map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
  await events.return(undefined);
});

test('a watch from a resourceVersion misses nothing and repeats nothing', async () => {
  await client.send('POST', MAPS, configMap('before'));
  const list = await client.send('GET', MAPS);
  await client.send('POST', MAPS, configMap('between'));
  const events = client.watch(`${MAPS}?watch=true&resourceVersion=${list.body.metadata.resourceVersion}`);
  expect((await take(events, 1))[0]?.object.metadata.name).toBe('between');
  await client.send('POST', MAPS, configMap('after'));
  expect((await take(events, 1))[0]?.object.metadata.name).toBe('after');
  await events.return(undefined);
});

test('a watch list ends its first part with a bookmark that says so', async () => {
  await client.send('POST', MAPS, configMap('a'));
  const query =
    'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const events = client.watch(`${MAPS}?${query}`);
  const [added, bookmark] = await take(events, 2);
  expect(added?.type).toBe('ADDED');
  expect(bookmark).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
  await events.return(undefined);
});

test('an object that leaves a selector is deleted for that watch, and added when it enters', async () => {
  await client.send('POST', MAPS, configMap('a', {}, { app: 'one' }));
  const { body } = await client.send('GET', MAPS);
  const events = client.watch(
    `${MAPS}?watch=true&labelSelector=app%3Done&resourceVersion=${body.metadata.resourceVersion}`,
  );
  for (const app of ['two', 'one']) {
    await client.send(
      'PATCH',
      `${MAPS}/a`,
      { metadata: { labels: { app } } },
      { contentType: 'application/merge-patch+json' },
    );
  }
  const [left, entered] = await take(events, 2);
  expect(left).toMatchObject({ type: 'DELETED', object: { metadata: { labels: { app: 'one' } } } });
  expect(entered).toMatchObject({ type: 'ADDED', object: { metadata: { labels: { app: 'one' } } } });
  expect(Number(left?.object.metadata.resourceVersion)).toBeGreaterThan(
    Number(body.metadata.resourceVersion),
  );
  await events.return(undefined);
});

test('a watch from before a compaction is told that it is gone', async () => {
  const list = await client.send('GET', MAPS);
  await client.send('POST', MAPS, configMap('a'));
  cluster.compact();
  const events = client.watch(`${MAPS}?watch=true&resourceVersion=${list.body.metadata.resourceVersion}`);
  expect(await take(events, 2)).toMatchObject([
    { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
  ]);
});

test('a watch of metadata carries no content', async () => {
  await client.send('POST', MAPS, configMap('secretive', { password: 'hidden' }));
  const list = await client.send('GET', MAPS, undefined, {
    accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  });
  expect(list.body.kind).toBe('PartialObjectMetadataList');
  expect(JSON.stringify(list.body)).not.toContain('hidden');
});

test('a watch ends when its time is up', async () => {
  const events = client.watch(`${MAPS}?watch=true&timeoutSeconds=1`);
  expect(await take(events, 1)).toEqual([]);
});
