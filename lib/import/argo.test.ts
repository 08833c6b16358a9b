import { describe, expect, it } from 'vitest';
import type { JsonValue, KubernetesObject } from '../objects/index.ts';
import { matchesArgoGlob, readArgoApplication, repositoryOf } from './argo.ts';
import { type ArgoSurroundings, expandApplicationSet, NotUnderstood } from './argo-set/index.ts';

const argo = (kind: string, spec: object): KubernetesObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind,
  metadata: { name: 'shop', namespace: 'argocd' },
  spec,
});

describe('an Application', () => {
  it('is read with its sources and where it goes', () => {
    const read = readArgoApplication(
      argo('Application', {
        destination: { server: 'https://10.0.0.1:6443', namespace: 'shop' },
        source: {
          repoURL: 'https://git.example.com/shop.git',
          path: 'apps/web',
          directory: { recurse: true, exclude: '{a,b}/*' },
          kustomize: {
            namePrefix: 'x-',
            images: ['nginx:1.2', 'web=registry.example.com:5000/web', 'db=pg@sha256:abc', 'a:1@sha256:def'],
          },
        },
      }),
    );
    expect(read).toEqual({
      key: 'Application.argoproj.io argocd/shop',
      name: 'shop',
      destination: 'https://10.0.0.1:6443',
      namespace: 'shop',
      refusals: [],
      sources: [
        {
          repository: 'https://git.example.com/shop.git',
          path: 'apps/web',
          helm: {
            valueFiles: [],
            ignoreMissingValueFiles: false,
            fileParameters: [],
            values: undefined,
            parameters: [],
            includeCrds: true,
            apiVersions: [],
          },
          recurse: true,
          exclude: '{a,b}/*',
          overlay: {
            namePrefix: 'x-',
            images: [
              { name: 'nginx', newTag: '1.2' },
              { name: 'web', newName: 'registry.example.com:5000/web' },
              { name: 'db', newName: 'pg', digest: 'sha256:abc' },
              { name: 'a', digest: 'sha256:def' },
            ],
          },
        },
      ],
    });
  });

  it.each([
    [{}, ['it has no source']],
    [{ source: { chart: 'x' } }, []],
    [
      { sources: [{ path: 'a' }, { path: 'b', helm: { kubeVersion: '1', valuesObjects: [] } }] },
      ['helm.kubeVersion is not understood', 'helm.valuesObjects is not understood'],
    ],
    [{ source: { plugin: {} } }, ['it is made by a plugin']],
    [{ source: { directory: { jsonnet: {} } } }, ['it is Jsonnet']],
    [{ source: { kustomize: { replicas: [] } } }, ['kustomize.replicas is not understood']],
  ])('that cannot be in a program says why: %j', (spec, refusals) => {
    expect(readArgoApplication(argo('Application', spec)).refusals).toEqual(refusals);
  });
});

it('URLs of one repository are the same', () => {
  const urls = [
    'https://git.example.com/a/Shop.git',
    'git@git.example.com:a/shop',
    'ssh://git@git.example.com/a/shop/',
  ];
  expect(new Set(urls.map(repositoryOf))).toEqual(new Set(['git.example.com/a/shop']));
  expect(repositoryOf('https://git.example.com/a/other')).not.toBe('git.example.com/a/shop');
});

it.each([
  ['*.yaml', 'a/b.yaml', true],
  ['{a,b}.yaml', 'b.yaml', true],
  ['{a,b}.yaml', 'c.yaml', false],
  ['a.yaml', 'aXyaml', false],
  ['?/*', 'a/b/c', true],
  ['config[1].yaml', 'config[1].yaml', true],
])('the glob %s takes %s: %s', (glob, path, taken) => {
  expect(matchesArgoGlob(glob, path)).toBe(taken);
});

describe('an ApplicationSet', () => {
  const surroundings: ArgoSurroundings = {
    directories: ['apps', 'apps/Web_1', 'apps/db', 'apps/db/deep', 'apps/old'],
    files: ['clusters/eu/config.json', 'clusters/us/config.json', 'clusters/us/other.yaml'],
    read: (file): JsonValue => ({ cluster: { name: file.split('/')[1]!, size: 3 } }),
    clusters: [
      {
        name: 'Eu 1',
        server: 'https://eu',
        labels: { env: 'prod', region: 'eu' },
        annotations: { tier: '1' },
      },
      { name: 'dev', server: 'https://dev', labels: { env: 'dev' }, annotations: {} },
    ],
  };
  const names = (spec: object) =>
    expandApplicationSet(argo('ApplicationSet', spec), surroundings).map(({ metadata }) => metadata.name);
  const named = (name: string) => ({ metadata: { name }, spec: {} });

  it('patches each Application by what its templatePatch becomes', () => {
    const [one, two] = expandApplicationSet(
      argo('ApplicationSet', {
        goTemplate: true,
        goTemplateOptions: ['missingkey=error'],
        generators: [
          {
            list: {
              elements: [{ name: 'a', prune: true, files: ['x.yaml', 'y.yaml'] }],
              elementsYaml: '- { name: b }',
            },
          },
        ],
        template: {
          metadata: { name: '{{ .name }}' },
          spec: { project: 'own', source: { path: 'web', helm: { valueFiles: ['none'], releaseName: 'r' } } },
        },
        templatePatch: `
{{- if hasKey . "files" }}
spec:
  project: other
  source:
    helm:
      releaseName: null
      valueFiles:
      {{- range $i, $file := .files }}
      - {{ $i }}-{{ $file }}
      {{- end }}
{{- end }}
`,
      }),
      surroundings,
    );
    expect(one).toMatchObject({ metadata: { name: 'a' } });
    expect(one?.spec).toEqual({
      project: 'own',
      source: { path: 'web', helm: { valueFiles: ['0-x.yaml', '1-y.yaml'] } },
    });
    expect(two).toMatchObject({ metadata: { name: 'b' }, spec: { source: { helm: { releaseName: 'r' } } } });
  });

  it('makes Applications of a list', () => {
    const generators = [{ list: { elements: [{ name: 'a', url: 'u' }, { name: 'b' }] } }];
    expect(names({ generators, template: named('x-{{name}}') })).toEqual(['x-a', 'x-b']);
    expect(names({ generators, goTemplate: true, template: named('x-{{ .name }}') })).toEqual(['x-a', 'x-b']);
  });

  it('leaves out what a selector of a generator does not select', () => {
    const elements = [{ name: 'a', env: { kind: 'prod' }, size: 1 }, { name: 'b', size: 2 }, { name: 'c' }];
    const selected = (selector: object, more: object = {}) =>
      names({
        generators: [{ list: { elements }, selector }],
        ...{ goTemplate: true, template: named('{{.name}}'), ...more },
      });
    expect(selected({})).toEqual(['a', 'b', 'c']);
    expect(selected({ matchLabels: { 'env.kind': 'prod' } })).toEqual(['a']);
    const expression = (operator: string, values?: readonly string[]) => ({
      matchExpressions: [{ key: 'size', operator, ...(values && { values }) }],
    });
    expect(selected(expression('In', ['1', '2']))).toEqual(['a', 'b']);
    expect(selected(expression('NotIn', ['1']))).toEqual(['b', 'c']);
    expect(selected(expression('Exists'))).toEqual(['a', 'b']);
    expect(selected(expression('DoesNotExist'))).toEqual(['c']);
    const nested = [
      { list: { elements }, selector: expression('Exists') },
      { list: { elements: [{ x: '1' }] } },
    ];
    const template = named('{{.name}}-{{.x}}');
    expect(
      names({
        generators: [{ matrix: { generators: nested } }],
        ...{ applyNestedSelectors: true, goTemplate: true, template },
      }),
    ).toEqual(['a-1', 'b-1']);
  });

  it('gives a template of a generator what it does not say from the common one', () => {
    const own = {
      metadata: { name: 'own-{{name}}' },
      spec: { source: { path: 'own', helm: { releaseName: '' } } },
    };
    const common = {
      metadata: { name: '{{name}}', labels: { a: 'b' } },
      spec: { project: 'p', source: { path: 'web', targetRevision: 'main', helm: { releaseName: 'r' } } },
    };
    const elements = [{ name: 'x' }];
    const made = expandApplicationSet(
      argo('ApplicationSet', {
        generators: [{ list: { elements, template: own } }, { list: { elements } }],
        template: common,
      }),
      surroundings,
    );
    expect(made.map(({ metadata, spec }) => [metadata.name, metadata.labels, spec])).toEqual([
      [
        'own-x',
        { a: 'b' },
        { project: 'p', source: { path: 'own', targetRevision: 'main', helm: { releaseName: 'r' } } },
      ],
      ['x', { a: 'b' }, common.spec],
    ]);
  });

  it('names paths of folders and files behind a prefix', () => {
    const git = (more: object) => ({ git: { pathParamPrefix: 'mine', ...more } });
    const folders = git({ directories: [{ path: 'apps/db' }] });
    expect(
      names({
        generators: [folders],
        template: named('{{mine.path}} {{mine.path.basename}} {{mine.path[0]}}'),
      }),
    ).toEqual(['apps/db db apps']);
    const files = git({ files: [{ path: 'clusters/eu/config.json' }] });
    expect(
      names({
        generators: [files],
        goTemplate: true,
        template: named('{{.mine.path.path}} {{.cluster.name}}'),
      }),
    ).toEqual(['clusters/eu eu']);
  });

  it('selects clusters by expressions, too', () => {
    const of = (matchExpressions: readonly object[]) =>
      names({ generators: [{ clusters: { selector: { matchExpressions } } }], template: named('{{name}}') });
    expect(of([{ key: 'env', operator: 'In', values: ['prod'] }])).toEqual(['Eu 1']);
    expect(of([{ key: 'nowhere', operator: 'Exists' }])).toEqual([]);
  });

  it('makes Applications of folders', () => {
    const generators = [{ git: { directories: [{ path: 'apps/*' }, { path: 'apps/old', exclude: true }] } }];
    const template = named('{{path.basenameNormalized}} {{path}} {{path[0]}}');
    expect(names({ generators, template })).toEqual(['web-1 apps/Web_1 apps', 'db apps/db apps']);
    const goTemplate = named('{{.path.basename}} {{.path.path}} {{index .path.segments 1}}');
    expect(names({ generators, goTemplate: true, template: goTemplate })).toEqual([
      'Web_1 apps/Web_1 Web_1',
      'db apps/db db',
    ]);
  });

  it('makes Applications of files', () => {
    const generators = [
      { git: { files: [{ path: 'clusters/**/config.json' }], values: { size: '{{cluster.size}}' } } },
    ];
    expect(
      names({ generators, template: named('{{cluster.name}}-{{values.size}}-{{path.filename}}') }),
    ).toEqual(['eu-3-config.json', 'us-3-config.json']);
  });

  it('makes Applications of each of one generator with each of another', () => {
    const elements = [{ name: 'eu' }, { name: 'us' }];
    const files = {
      git: { files: [{ path: 'clusters/{{name}}/config.json' }], values: { own: '{{cluster.size}}' } },
    };
    const generators = [{ matrix: { generators: [{ list: { elements } }, files] } }];
    const template = named('{{name}} {{cluster.name}} {{values.own}}');
    expect(names({ generators, template })).toEqual(['eu eu 3', 'us us 3']);
    const clusters = { clusters: { selector: { matchLabels: { env: 'prod' } } } };
    const go = [{ matrix: { generators: [{ list: { elements: [{ name: 'a', server: '' }] } }, clusters] } }];
    expect(names({ generators: go, goTemplate: true, template: named('{{.name}} {{.server}}') })).toEqual([
      'a https://eu',
    ]);
    expect(() => names({ generators: go, template: named('{{name}}') })).toThrow(
      'both generators of a matrix give name, and not the same',
    );
  });

  it('makes Applications of one generator, with what others say of these', () => {
    const merge = (mergeKeys: readonly string[]) => [
      {
        merge: {
          mergeKeys,
          generators: [
            { clusters: { values: { size: 'small', zone: 'a' } } },
            {
              list: {
                elements: [{ server: 'https://eu', 'values.size': 'large' }, { server: 'https://none' }],
              },
            },
          ],
        },
      },
    ];
    const template = named('{{name}} {{values.size}} {{values.zone}}');
    expect(names({ generators: merge(['server']), template })).toEqual([
      'in-cluster small a',
      'Eu 1 large a',
      'dev small a',
    ]);
    expect(() => names({ generators: merge(['values.zone']), template })).toThrow(
      'a generator of a merge gives values.zone twice: ["a"]',
    );
    const go = [
      {
        merge: {
          mergeKeys: ['k'],
          generators: [
            { list: { elements: [{ k: 1, v: { x: 'a', y: 'b' } }] } },
            { list: { elements: [{ k: 1, v: { x: '', y: 'c' } }] } },
          ],
        },
      },
    ];
    expect(names({ generators: go, goTemplate: true, template: named('{{.v.x}}{{.v.y}}') })).toEqual(['ac']);
  });

  it('makes Applications of clusters, that of Argo CD among them where none are chosen', () => {
    const template = named('{{nameNormalized}} {{server}}');
    expect(names({ generators: [{ clusters: {} }], template })).toEqual([
      'in-cluster https://kubernetes.default.svc',
      'eu-1 https://eu',
      'dev https://dev',
    ]);
    const chosen = [{ clusters: { selector: { matchLabels: { env: 'prod' } } } }];
    expect(
      names({
        generators: chosen,
        template: named('{{metadata.labels.region}}{{metadata.annotations.tier}}'),
      }),
    ).toEqual(['eu1']);
    expect(
      names({ generators: chosen, goTemplate: true, template: named('{{index .metadata.labels "region"}}') }),
    ).toEqual(['eu']);
  });

  it.each([
    [{ generators: [{ matrix: {} }] }, 'a matrix takes two generators'],
    [
      { generators: [{ merge: { generators: [{ list: {} }, { list: {} }] } }] },
      'a merge takes two generators or more, and mergeKeys',
    ],
    [{ generators: [{ plugin: {} }] }, 'the generator plugin is not understood'],
    [
      { generators: [{ clusters: { flatList: true } }], goTemplate: true },
      'flatList of the generator clusters is not understood',
    ],
    [
      { generators: [{ list: {} }], goTemplate: true, goTemplateOptions: ['other=1'] },
      'the option other=1 of its goTemplate is not understood',
    ],
    [
      { generators: [{ matrix: { generators: [{ list: { template: {} } }, { list: {} }] } }] },
      'a template in a matrix is not understood',
    ],
    [
      { generators: [{ merge: { mergeKeys: ['a'], generators: [{ list: {}, selector: {} }] } }] },
      'a selector in a merge is not understood without applyNestedSelectors',
    ],
    [{ generators: [{ list: {}, git: {} }] }, 'a generator with git is not understood'],
    [
      {
        generators: [{ list: { elements: [{}] } }],
        template: named('a'),
        templatePatch: 'spec: { $patch: replace }',
      },
      '$patch in its templatePatch is not understood',
    ],
    [
      { generators: [{ list: { elements: [{}] } }], template: named('{{none}}') },
      '{{none}} in its template is not understood',
    ],
    [
      {
        generators: [{ list: { elements: [{ a: 'x' }] } }],
        goTemplate: true,
        template: named('{{ .a | urlParse }}'),
      },
      '{{ .a | urlParse }} in its template is not understood',
    ],
  ])('beyond that is refused: %j', (spec, reason) => {
    expect(() => names(spec)).toThrow(new NotUnderstood(reason));
  });
});
