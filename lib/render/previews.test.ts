import { Duration, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { App, Cpu, Environment, PodSecurity, type PreviewProps } from '../constructs/index.ts';
import type { PreviewSettings } from '../objects/index.ts';
import { assemble } from './index.ts';
import { collect } from './tree/index.ts';

function previewsOf(
  props: PreviewProps,
  change: (settings: PreviewSettings) => unknown = (settings) => settings,
) {
  const app = new App();
  new Environment(app, 'staging', { namespace: 'shop', previews: props });
  const collected = collect(app, {});
  const environments = collected.environments.map((one) => ({
    ...one,
    // What comes from a program may be anything.
    previews: change(one.previews!) as PreviewSettings,
  }));
  return assemble({ ...collected, environments })[0]?.previews;
}

describe('previews of an environment', () => {
  it('have defaults for everything but a URL', () => {
    expect(previewsOf({})).toEqual({
      namespacePrefix: 'preview',
      timeToLiveMs: 3 * 24 * 60 * 60 * 1000,
      max: 10,
      quota: {
        pods: '20',
        'requests.cpu': '2',
        'requests.memory': '4Gi',
        'requests.storage': '10Gi',
        'services.loadbalancers': '0',
        'services.nodeports': '0',
      },
      containerDefaults: { cpu: '50m', memory: '64Mi' },
      secrets: [],
      podSecurity: 'baseline',
    });
  });

  it('are as the program says', () => {
    const url = 'https://{label}-{preview}.example.org';
    const given = previewsOf({
      url,
      timeToLive: Duration.hours(2),
      max: 3,
      quota: {
        pods: 5,
        cpu: Cpu.millis(500),
        memory: Size.mebibytes(256),
        storage: Size.gibibytes(1),
        hard: { 'services.loadbalancers': '1' },
      },
      containerDefaults: { cpu: Cpu.millis(10) },
      secrets: ['db'],
      podSecurity: PodSecurity.RESTRICTED,
      namespacePrefix: 'pr',
    });
    expect(given).toMatchObject({
      url,
      timeToLiveMs: 7_200_000,
      max: 3,
      secrets: ['db'],
      podSecurity: 'restricted',
    });
    expect(given?.quota).toMatchObject({ pods: '5', 'requests.cpu': '500m', 'services.loadbalancers': '1' });
    expect(given?.containerDefaults).toEqual({ cpu: '10m' });
  });

  it.each([
    ['a URL that is the same for all', { url: 'https://preview.example.org' }],
    ['a URL with what is none of ours', { url: 'https://{preview}-{branch}.example.org' }],
    ['a URL with a path', { url: 'https://{preview}.example.org/x' }],
    ['a URL with credentials', { url: 'https://a:b@{preview}.example.org' }],
    ['no URL', { url: '{preview}' }],
    ['no time', { timeToLiveMs: 0 }],
    ['endless time', { timeToLiveMs: null }],
    ['no room', { max: 0 }],
    ['half a preview', { max: 1.5 }],
    ['a quota that is none', { quota: { pods: 'many' } }],
    ['a quota of numbers', { quota: { pods: 5 } }],
    ['names of Secrets that are none', { secrets: ['Not A Name'] }],
    ['secrets that are no list', { secrets: 7 }],
    ['no quota at all', { quota: null }],
    ['a level that there is not', { podSecurity: 'none' }],
    ['a prefix that is no name', { namespacePrefix: 'Pr_' }],
    ['a prefix that leaves no room', { namespacePrefix: 'x'.repeat(60) }],
  ])('cannot have %s', (_what, wrong) => {
    expect(() => previewsOf({}, (settings) => ({ ...settings, ...wrong }))).toThrow(
      expect.objectContaining({ code: 'INVALID_PREVIEWS' }),
    );
  });

  it('are those of one environment', () => {
    const app = new App();
    for (const name of ['staging', 'testing'])
      new Environment(app, name, { namespace: 'shop', previews: {} });
    expect(() => assemble(collect(app, {}))).toThrow(expect.objectContaining({ code: 'INVALID_PREVIEWS' }));
  });
});
