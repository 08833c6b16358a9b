/** The templates, checked against the schemas that are published for them, and by their own rules where there are none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { INPUTS } from '../../synth/ci/action/inputs.ts';
import { template, templates } from './templates.ts';

function schema(name: string): ValidateFunction {
  const text = readFileSync(join(import.meta.dirname, 'testdata', `${name}.json`), 'utf8');
  // Schemas of editors say much that is for editors.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(text));
}

/** Members that a schema does not name are mistakes, also where it does not say so. */
function closed(name: string): ValidateFunction {
  const text = readFileSync(join(import.meta.dirname, 'testdata', `${name}.json`), 'utf8');
  const parsed = JSON.parse(text);
  for (const definition of Object.values<Record<string, unknown>>(parsed.definitions)) {
    if (definition.properties && definition.additionalProperties === undefined)
      definition.additionalProperties = false;
  }
  return new Ajv({ strict: false, allErrors: true, formats: { int32: true, int64: true } }).compile(parsed);
}

function problems(validate: ValidateFunction, value: unknown): readonly string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('the templates keep the published schema of', () => {
  it('actions of GitHub', () => {
    const check = schema('github-action');
    const action = template('github/action.yml');
    expect(problems(check, action)).toEqual([]);
    expect(problems(check, { ...action, runs: { using: 'node24' } })).not.toEqual([]);
  });

  it('workflows of GitHub, which those of Gitea and Forgejo are', () => {
    const check = schema('github-workflow');
    for (const name of ['github/workflow.yml', 'gitea/workflow.yml'])
      expect(problems(check, template(name)), name).toEqual([]);
    const { jobs, ...rest } = template('github/workflow.yml');
    expect(problems(check, { ...rest, jobs: { truekeel: { ...jobs.truekeel, stepz: [] } } })).not.toEqual([]);
  });

  it('pipelines of GitLab', () => {
    const check = schema('gitlab-ci');
    const [header, body] = templates('truekeel/template.yml');
    expect(problems(check, header)).toEqual([]);
    expect(problems(check, body)).toEqual([]);
    expect(problems(check, template('gitlab/gitlab-ci.yml'))).toEqual([]);
    expect(
      problems(check, { truekeel: { ...body.truekeel, artifacts: { reports: { dotenvs: 'x' } } } }),
    ).not.toEqual([]);
  });

  it('pipelines of Woodpecker', () => {
    const check = schema('woodpecker-ci');
    const pipeline = template('woodpecker/truekeel.yaml');
    expect(problems(check, pipeline)).toEqual([]);
    expect(problems(check, { ...pipeline, steps: [{ commands: 7 }] })).not.toEqual([]);
  });

  it('PipelineRuns of Tekton, which Jenkins X runs', () => {
    const check = closed('tekton-pipelinerun');
    for (const name of ['review', 'render']) {
      const run = template(`jenkins-x/${name}.yaml`);
      expect(problems(check, run), name).toEqual([]);
      expect(problems(check, { ...run, spec: { ...run.spec, timeOut: '1m' } })).not.toEqual([]);
    }
  });
});

describe('the templates', () => {
  it('for Jenkins X are named by its triggers', () => {
    const { apiVersion, kind, spec } = template('jenkins-x/triggers.yaml');
    expect([apiVersion, kind]).toEqual(['config.lighthouse.jenkins-x.io/v1alpha1', 'TriggerConfig']);
    expect(spec.presubmits).toMatchObject([{ source: 'review.yaml' }]);
    expect(spec.postsubmits).toMatchObject([{ source: 'render.yaml' }]);
    const [{ trigger }] = spec.presubmits;
    const flags = /^\(\?m\)/;
    expect('/test all').toMatch(new RegExp(trigger.replace(flags, ''), 'm'));
  });

  it('for GitHub declare the inputs that the action reads, and the outputs that it writes', () => {
    const { inputs, outputs } = template('github/action.yml');
    expect(Object.keys(inputs).sort()).toEqual([...INPUTS].sort());
    expect(Object.keys(outputs).sort()).toEqual(['action', 'changed', 'comment', 'commits', 'digests']);
  });

  it('name one release', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const names = [
      'github/workflow.yml',
      'gitea/workflow.yml',
      'truekeel/template.yml',
      'gitlab/gitlab-ci.yml',
      'jenkins/Jenkinsfile',
      'jenkins-x/review.yaml',
      'jenkins-x/render.yaml',
      'woodpecker/truekeel.yaml',
    ];
    for (const name of names) {
      const text = readFileSync(join('templates', name), 'utf8');
      const found = [...text.matchAll(/truekeel(?:\/[\w-]+)*[@:]v?(\d+\.\d+\.\d+)/g)].map(
        ([, number]) => number,
      );
      expect(new Set(found), name).toEqual(new Set([version]));
    }
  });
});
