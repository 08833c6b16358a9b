import { expect, it } from 'vitest';
import { renderChart, type TemplateRequest } from '../../lib/helm/index.ts';
import { digestOf } from '../../lib/objects/index.ts';
import { answerQuestion } from '../../synth/program/charts.ts';
import { chartFiles, describeWithHelm, folder, pack, vendor } from './charts.ts';
import { HELM_VERSION } from './helm.ts';

await describeWithHelm('rendering a chart', (helm) => {
  const env = { TRUEKEEL_HELM: helm };

  function requestOf(template: string): TemplateRequest {
    const archive = pack(helm, chartFiles('web', { 'x.yaml': template }));
    return {
      name: 'web',
      archive,
      digest: digestOf(archive),
      helm: HELM_VERSION,
      releaseName: 'web',
      namespace: 'shop',
      kubernetesVersion: '1.33',
      apiVersions: [],
      includeCrds: true,
      values: '{}',
    };
  }

  it('ends when it takes too long', async () => {
    const request = requestOf('{{ range until 50000 }}{{ range until 50000 }}{{ end }}{{ end }}');
    await expect(renderChart(request, { env, timeoutMs: 1500 })).rejects.toMatchObject({
      code: 'HELM_TIMEOUT',
      message: 'chart web was not rendered within 1.5 s',
    });
  });

  it('ends when it makes too much', async () => {
    const request = requestOf('a: {{ repeat 2000000 "x" }}');
    await expect(renderChart(request, { env, maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'HELM_TOO_MUCH_OUTPUT',
    });
  });

  it('ends when it needs too much memory', { skip: process.platform !== 'linux' }, async () => {
    const root = folder({});
    const { archive, ...request } = requestOf(
      '{{ range until 400 }}{{ $a := repeat 1000000000 "x" }}a: {{ $a }}{{ end }}',
    );
    vendor(root, { web: archive });
    const asked = { ...request, chart: 'web', locks: [`${root}/charts.lock.json`], values: {} };
    const { signal } = new AbortController();
    const answer = await answerQuestion(asked, {
      root,
      env: { ...env, XDG_CACHE_HOME: root },
      signal,
    });
    expect(answer).toMatchObject({
      problem: { code: 'HELM_TOO_MUCH_OUTPUT', message: 'chart web 1.0.0 makes more than fits into memory' },
    });
  });

  it('sees nothing of whoever runs it', async () => {
    const request = requestOf(
      'a: {{ lookup "v1" "Secret" "shop" "" | toJson }}\nb: "{{ getHostByName "localhost" }}"\nc: {{ .Files.Get "/etc/passwd" | toJson }}\nd: {{ (lookup "v1" "Node" "" "").items | toJson }}\n',
    );
    const output = await renderChart(request, { env: { ...process.env, ...env } });
    expect(output).toBe('---\n# Source: web/templates/x.yaml\na: {}\nb: ""\nc: ""\nd: null\n');
  });

  it('says what it was given instead of Helm', async () => {
    const request = requestOf('');
    await expect(renderChart(request, { env: { TRUEKEEL_HELM: '/bin/true' } })).rejects.toMatchObject({
      code: 'HELM_FAILED',
      message: '/bin/true does not say which version of Helm it is: ',
    });
    await expect(renderChart(request, { env: { TRUEKEEL_HELM: '/nowhere' } })).rejects.toMatchObject({
      code: 'HELM_NOT_FOUND',
      message: 'TRUEKEEL_HELM names /nowhere, which cannot be run',
    });
  });
});
