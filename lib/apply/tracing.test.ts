import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { type Context, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageRoot } from '../../synth/version.ts';
import { currentTrace, traced } from '../trace/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { configMap, deployment, Engine } from './testing/engine.ts';

const exporter = new InMemorySpanExporter();

/** What an SDK registers, as its users do. */
function listen(): void {
  const contexts = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => contexts.getStore() ?? ROOT_CONTEXT,
    with: (given, work, self, ...args) => contexts.run(given, () => work.call(self as never, ...args)),
    bind: (_given, target) => target,
    enable: () => context as never,
    disable: () => context as never,
  });
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
}

const named = (name: string): readonly ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name);
const one = (name: string): ReadableSpan => {
  const [span, ...others] = named(name);
  expect(others, name).toEqual([]);
  return span!;
};
const isWithin = (span: ReadableSpan, outer: ReadableSpan) =>
  span.parentSpanContext?.spanId === outer.spanContext().spanId;

describeOnBoth('a traced run', (cluster) => {
  beforeEach(() => {
    exporter.reset();
    listen();
  });
  afterEach(() => {
    trace.disable();
    context.disable();
  });

  const start = async () => ({
    engine: new Engine(cluster().client, cluster().uniqueName('env')),
    namespace: await cluster().createNamespace('traced'),
  });

  it('has a span for planning, reading, each write and each wait, and for the whole', async () => {
    const { engine, namespace } = await start();
    const objects = [
      configMap(namespace, 'settings', { password: 'not-for-traces' }),
      deployment(namespace, 'web'),
    ];
    const { plan, result } = await traced(await currentTrace(), 'caller', {}, () =>
      engine.sync({ web: objects }),
    );
    expect(result.errors).toEqual([]);

    const [planning, applying] = [one('truekeel.plan'), one('truekeel.apply')];
    for (const span of [planning, applying]) expect(isWithin(span, one('caller')), span.name).toBe(true);
    expect(isWithin(one('truekeel.read_live'), planning)).toBe(true);
    expect(planning.attributes).toMatchObject({
      'truekeel.environment': engine.environment,
      'truekeel.plan.digest': plan.digest,
      'truekeel.plan.changes': 2,
    });
    expect(applying.attributes).toMatchObject({
      'truekeel.plan.digest': plan.digest,
      'truekeel.actions.create': 2,
      'truekeel.requests.patch': result.requests.byVerb.patch,
      'truekeel.errors': 0,
      'truekeel.interrupted': false,
    });
    const writes = named('truekeel.write');
    expect(writes.map(({ attributes }) => attributes['k8s.object.kind']).sort()).toEqual([
      'ConfigMap',
      'Deployment',
    ]);
    for (const span of writes) expect(isWithin(span, applying)).toBe(true);
    expect(
      writes.find(({ attributes }) => attributes['k8s.object.kind'] === 'Deployment')?.attributes,
    ).toEqual({
      'k8s.object.group': 'apps',
      'k8s.object.kind': 'Deployment',
      'k8s.object.name': 'web',
      'k8s.namespace.name': namespace,
      'truekeel.application': 'web',
      'truekeel.action': 'create',
    });
    const wait = one('truekeel.wait');
    expect(isWithin(wait, applying)).toBe(true);
    expect(wait.attributes['k8s.object.name']).toBe('web');
    // Times of spans are too coarse to tell which ended first.
    const inOrder = exporter.getFinishedSpans();
    expect(inOrder.indexOf(wait)).toBeLessThan(inOrder.indexOf(applying));
    expect(JSON.stringify(exporter.getFinishedSpans().map(({ attributes }) => attributes))).not.toContain(
      'not-for-traces',
    );
  });

  it('has one for all deletes, around those of each', async () => {
    const { engine, namespace } = await start();
    const kept = configMap(namespace, 'kept');
    await engine.sync({ web: [kept, configMap(namespace, 'a'), configMap(namespace, 'b')] });
    exporter.reset();
    const { result } = await engine.sync({ web: [kept] });
    expect(result.actions.delete).toBe(2);
    const prune = one('truekeel.prune');
    expect(isWithin(prune, one('truekeel.apply'))).toBe(true);
    const deletes = named('truekeel.write').filter((span) => isWithin(span, prune));
    expect(deletes.map(({ attributes }) => attributes['truekeel.action'])).toEqual(['delete', 'delete']);
  });

  it('names the code of what failed, and not what the server said', async () => {
    const { engine, namespace } = await start();
    const invalid = configMap(namespace, 'settings', { 'not a key': 'not-for-traces' });
    const { result } = await engine.sync({ web: [invalid] });
    expect(result.errors.map(({ code }) => code)).toEqual(['INVALID']);
    const failed = [one('truekeel.write'), one('truekeel.apply')];
    for (const { status, attributes } of failed) {
      expect(status).toEqual({ code: 2 });
      expect(attributes['error.type']).toBe('INVALID');
    }
    expect(JSON.stringify(failed.map(({ attributes, status }) => [attributes, status]))).not.toContain(
      'not a key',
    );
  });
});

it('nothing is traced, and nothing loaded, while nobody listens', () => {
  const script = `
    import Module from 'node:module';
    import { currentTrace } from './lib/trace/index.ts';
    const isLoaded = () => Object.keys(Module._cache).some((path) => path.includes('@opentelemetry/api'));
    const before = [await currentTrace() === undefined, isLoaded()];
    globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0' };
    console.log(JSON.stringify([...before, await currentTrace() === undefined, isLoaded()]));`;
  const told = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: packageRoot(),
    encoding: 'utf8',
  });
  expect(JSON.parse(told)).toEqual([true, false, false, true]);
});
