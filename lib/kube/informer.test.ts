import { afterEach, describe, expect, it } from 'vitest';
import type { ObjectMetadata } from '../objects/index.ts';
import { connectWith } from './connect.ts';
import type { InformerEvent } from './informer.ts';
import { metadataInformer } from './informer.ts';
import type { Exchange } from './testing/fault-server.ts';
import { faultServer, statusBody } from './testing/fault-server.ts';
import { heldClock } from './testing/held-clock.ts';

const resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: ['list', 'watch'],
};

const object = (name: string, resourceVersion: string, uid = `uid of ${name}`) => ({
  metadata: { name, namespace: 'web', uid, resourceVersion },
});
const list = (resourceVersion: string, ...items: object[]) => ({ metadata: { resourceVersion }, items });
const line = (type: string, value: object) => `${JSON.stringify({ type, object: value })}\n`;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Step = (exchange: Exchange) => void;
const answers =
  (value: object, status = 200): Step =>
  (exchange) =>
    exchange.json(value, status);
/** A watch that says something and ends. */
const says =
  (...text: string[]): Step =>
  (exchange) =>
    void exchange.open().end(text.join(''));
/** A watch that says something and stays. */
const keepsSaying =
  (...text: string[]): Step =>
  (exchange) => {
    const body = exchange.open();
    if (text.length > 0) body.write(text.join(''));
  };

/** Plays a script, one step a request, until the informer has told `count` things.
 * @returns what was told, in short, and the path of each request */
async function play(script: readonly Step[], count: number) {
  const server = await faultServer((exchange) => {
    const step = script[exchange.number - 1];
    if (step) step(exchange);
    else exchange.open(); // a watch in which nothing happens
  });
  const clock = heldClock();
  const stop = new AbortController();
  const client = connectWith({ server: server.url, ca: server.ca, clock, attempts: 1 });
  cleanups.push(server.close, () => client.close());
  const told: string[] = [];
  try {
    for await (const event of metadataInformer(
      client,
      { resource, namespace: 'web' },
      { signal: stop.signal, clock },
    )) {
      told.push(short(event));
      if (told.length === count) stop.abort();
    }
  } catch (error) {
    told.push(`error ${error instanceof Error && 'code' in error ? error.code : error}`);
  }
  const requests = server.exchanges.map(({ path }) => {
    const query = new URL(path, server.url).searchParams;
    return query.has('watch') ? `watch ${query.get('resourceVersion')}` : 'list';
  });
  return { told, requests, clock };
}

function short(event: InformerEvent<ObjectMetadata>): string {
  switch (event.type) {
    case 'added':
    case 'changed':
      return `${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`;
    case 'removed':
      return `removed ${event.key.name}, ${event.uid}`;
    case 'synced':
    case 'progress':
      return `${event.type} ${event.resourceVersion}`;
    case 'lost':
      return `lost ${event.error.code}`;
    case 'recovered':
      return 'recovered';
  }
}

describe('an informer', () => {
  it('lists, then watches from there, and remembers bookmarks', async () => {
    const { told, requests } = await play(
      [
        answers(list('10', object('a', '3'))),
        says(
          line('ADDED', object('b', '11')),
          line('MODIFIED', object('a', '12')),
          line('DELETED', object('b', '13')),
          line('BOOKMARK', { metadata: { resourceVersion: '20' } }),
        ),
        keepsSaying(line('MODIFIED', object('a', '21'))),
      ],
      7,
    );
    expect(told).toEqual([
      'added a 3',
      'synced 10',
      'added b 11',
      'changed a 12',
      'removed b, uid of b',
      'progress 20',
      'changed a 21',
    ]);
    expect(requests).toEqual(['list', 'watch 10', 'watch 20']);
  });

  it('lists again when its moment is forgotten, and tells what it missed and nothing twice', async () => {
    const gone = statusBody(410, 'Expired', 'too old resource version');
    const { told, requests } = await play(
      [
        answers(
          list(
            '10',
            object('same', '1'),
            object('gone', '2'),
            object('moved', '3'),
            object('anew', '4', 'old'),
          ),
        ),
        says(line('ERROR', gone)),
        answers(list('50', object('same', '1'), object('moved', '40'), object('anew', '41', 'new'))),
      ],
      10,
    );
    expect(told.slice(5)).toEqual([
      'changed moved 40',
      'removed anew, old',
      'added anew 41',
      'removed gone, uid of gone',
      'synced 50',
    ]);
    expect(requests.slice(0, 3)).toEqual(['list', 'watch 10', 'list']);
  });

  it('also when the watch is refused with 410', async () => {
    const { told, requests } = await play(
      [answers(list('10')), answers(statusBody(410, 'Gone', 'too old'), 410), answers(list('20'))],
      2,
    );
    expect(told).toEqual(['synced 10', 'synced 20']);
    expect(requests.slice(0, 3)).toEqual(['list', 'watch 10', 'list']);
  });

  it('says that it is lost, goes on from where it was, and says that it sees again', async () => {
    const { told, requests, clock } = await play(
      [
        answers(list('10')),
        (exchange) => {
          exchange.open().write(line('ADDED', object('a', '11')), () => exchange.socket.destroy());
        },
        (exchange) => exchange.socket.destroy(),
        keepsSaying(line('MODIFIED', object('a', '12'))),
      ],
      6,
    );
    expect(told).toEqual([
      'synced 10',
      'added a 11',
      'lost CONNECTION_LOST',
      'lost CONNECTION_LOST',
      'recovered',
      'changed a 12',
    ]);
    expect(requests).toEqual(['list', 'watch 10', 'watch 11', 'watch 11']);
    expect(clock.sleeps).toEqual([150, 300]);
  });

  it('drops half a line, and is told the whole of it by the next watch', async () => {
    const whole = line('ADDED', object('a', '11'));
    const { told } = await play([answers(list('10')), says(whole.slice(0, 20)), keepsSaying(whole)], 2);
    expect(told).toEqual(['synced 10', 'added a 11']);
  });

  it('takes its time with a server that ends every watch at once', async () => {
    const { clock } = await play(
      [answers(list('10')), says(), says(), says(), keepsSaying(line('ADDED', object('a', '11')))],
      2,
    );
    expect(clock.sleeps).toEqual([150, 300]);
  });

  it('throws what no further try can mend, before anything was seen', async () => {
    const forbidden = statusBody(403, 'Forbidden', 'no');
    const { told, requests } = await play([answers(forbidden, 403)], 1);
    expect(told).toEqual(['error FORBIDDEN']);
    expect(requests).toEqual(['list']);
  });

  it('waits for a server that is not ready, and for rights that are taken away later', async () => {
    const { told } = await play(
      [
        answers(statusBody(503, 'ServiceUnavailable', 'starting'), 503),
        answers(list('10')),
        answers(statusBody(403, 'Forbidden', 'no'), 403),
        keepsSaying(line('ADDED', object('a', '11'))),
      ],
      5,
    );
    expect(told).toEqual(['lost SERVER_ERROR', 'synced 10', 'lost FORBIDDEN', 'recovered', 'added a 11']);
  });
});
