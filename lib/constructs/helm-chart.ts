import { ApiObject, type ApiObjectProps, JsonPatch } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { NEWEST_KUBERNETES, TruekeelError } from '../objects/index.ts';
import {
  addProblem,
  type ChartAnswer,
  type ChartObject,
  type ChartRequest,
  chartRenderer,
  markPlaced,
  valueProblems,
} from '../render/index.ts';
import { Application } from './application.ts';
import { chartLocksOf } from './chart-lock.ts';
import { Environment } from './environment.ts';

/** Properties of a HelmChart. */
export interface HelmChartProps {
  /** The name of the chart in `charts.lock.json`. */
  readonly chart: string;

  /**
   * What differs from the values of the chart.
   *
   * @default - nothing
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no other word for JSON
  readonly values?: { [name: string]: any };

  /**
   * The name of the release, which most charts put into the names of their objects.
   *
   * @default - the id
   */
  readonly releaseName?: string;

  /**
   * The namespace of the release, and of objects that name none.
   *
   * @default - that of the application
   */
  readonly namespace?: string;

  /**
   * Whether the CustomResourceDefinitions in the chart's folder `crds` are taken too.
   *
   * @default true
   */
  readonly includeCrds?: boolean;

  /**
   * The Kubernetes version that the chart is told, `1.33`.
   *
   * @default - that of the environment; where it names none, the newest that Truekeel knows
   */
  readonly kubernetesVersion?: string;

  /**
   * API versions that the chart is told the cluster has, beside those of Kubernetes: `monitoring.coreos.com/v1`, or
   * with the kind, `monitoring.coreos.com/v1/ServiceMonitor`.
   *
   * @default - none
   */
  readonly apiVersions?: string[];
}

/**
 * A Helm chart, rendered when the program is, by the Helm whose version `charts.lock.json` names. The chart itself lies
 * in the repository: `truekeel import helm` brings it there. Nothing is fetched.
 *
 *     const redis = new HelmChart(application, 'redis', { chart: 'redis', values: { replicas: 3 } });
 *     Settings.of(redis.object('StatefulSet', 'redis')).waitTimeout(Duration.minutes(10));
 *
 * Its objects are constructs in it, like others: they can be patched, depended on, taken by mixins, and left out.
 */
export class HelmChart extends Construct {
  static {
    markPlaced(HelmChart.prototype);
  }

  /** The name of the release. */
  public readonly releaseName: string;

  /** The namespace of the release. */
  public readonly namespace: string;

  private readonly failure?: { readonly code: string; readonly message: string; readonly hint?: string };

  /**
   * Renders a chart.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props Which chart, and what differs from its defaults.
   */
  constructor(scope: Construct, id: string, props: HelmChartProps) {
    super(scope, id);
    this.releaseName = props.releaseName ?? id;
    const namespace = props.namespace ?? namespaceOf(scope);
    this.namespace = namespace ?? 'default';
    const answer =
      namespace === undefined ? { problem: missingNamespace(this) } : rendered(this, props, this.namespace);
    if ('problem' in answer) {
      this.failure = answer.problem;
      addProblem(this, answer.problem);
      return;
    }
    for (const warning of answer.warnings) addProblem(this, { ...warning, isWarning: true });
    const made = makeObjects(this, answer.objects, this.namespace);
    for (const [index, { waitsFor }] of answer.objects.entries()) {
      for (const other of waitsFor) made[index]!.node.addDependency(made[other]!);
    }
  }

  /** Its objects, in the order in which the chart makes them. */
  public get objects(): ApiObject[] {
    // What isApiObject says yes to is one, or stands for one made by another copy of cdk8s.
    return this.node.children.filter((child) => ApiObject.isApiObject(child)) as ApiObject[];
  }

  /**
   * One of its objects.
   *
   * @param kind Its kind: `Deployment`.
   * @param name Its name.
   * @throws when there is none
   */
  public object(kind: string, name: string): ApiObject {
    const found = this.objects.find((object) => object.kind === kind && object.name === name);
    if (found) return found;
    const { failure } = this;
    if (failure) {
      const { code, message, hint } = failure;
      throw new TruekeelError(message, {
        code,
        family: 'validation',
        constructPath: this.node.path,
        ...(hint !== undefined && { hint }),
      });
    }
    const named = this.objects.map((object) => `${object.kind} ${object.name}`);
    throw new TruekeelError(`${this.node.path} has no ${kind} ${name}`, {
      code: 'HELM_NO_OBJECT',
      family: 'validation',
      constructPath: this.node.path,
      hint: `It has ${named.slice(0, 30).join(', ') || 'none'}${named.length > 30 ? ', …' : ''}.`,
    });
  }

  /**
   * Leaves one of its objects out.
   *
   * @param kind Its kind: `Secret`.
   * @param name Its name.
   * @throws when there is none
   */
  public leaveOut(kind: string, name: string): HelmChart {
    this.node.tryRemoveChild(this.object(kind, name).node.id);
    return this;
  }
}

function namespaceOf(scope: IConstruct): string | undefined {
  for (let at: IConstruct | undefined = scope; at; at = at.node.scope) {
    if (at instanceof Application && at.namespace !== undefined) return at.namespace;
  }
  return Environment._find(scope)?.namespace;
}

function missingNamespace(chart: HelmChart): HelmProblem {
  return {
    code: 'MISSING_NAMESPACE',
    message: `release ${chart.releaseName} of ${chart.node.path} has no namespace`,
    hint: 'Give its Application a namespace: new Application(env, id, { namespace: "…" }).',
  };
}

interface HelmProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

function rendered(chart: HelmChart, props: HelmChartProps, namespace: string): ChartAnswer {
  const { values = {}, apiVersions = [], includeCrds = true } = props;
  const [wrong] = valueProblems(values);
  if (wrong) {
    return {
      problem: {
        code: 'INVALID_VALUE',
        message: `${chart.node.path}: ${wrong.path} of its values ${wrong.problem}`,
        hint: 'Values of charts hold strings, finite numbers, booleans, lists and maps of these.',
      },
    };
  }
  const request: ChartRequest = {
    locks: chartLocksOf(chart),
    chart: props.chart,
    releaseName: chart.releaseName,
    namespace,
    kubernetesVersion:
      props.kubernetesVersion ?? Environment._find(chart)?.kubernetesVersion ?? `1.${NEWEST_KUBERNETES}`,
    apiVersions,
    includeCrds,
    values,
  };
  return (chartRenderer() ?? renderInProcess)(request);
}

/** Where nobody renders charts for the program: it was run by itself, or in a test. Helm is run by a process of its own, as
 * constructs cannot wait for one in theirs. */
function renderInProcess(request: ChartRequest): ChartAnswer {
  // Most programs have no charts, and load neither.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const isSource = import.meta.url.endsWith('.ts');
  const answerer = fileURLToPath(
    new URL(isSource ? '../helm/answer.ts' : '../helm/answer.js', import.meta.url),
  );
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--no-warnings', ...(isSource ? ['--conditions=source'] : []), answerer],
    { input: JSON.stringify(request), encoding: 'utf8', maxBuffer: MOST_BYTES },
  );
  try {
    return JSON.parse(stdout) as ChartAnswer; // written by our own answer.ts
  } catch {
    const said = error?.message ?? stderr.trim();
    return {
      problem: { code: 'HELM_FAILED', message: `the chart ${request.chart} could not be rendered: ${said}` },
    };
  }
}

const MOST_BYTES = 1 << 28;

function makeObjects(
  chart: HelmChart,
  objects: readonly ChartObject[],
  namespace: string,
): readonly ApiObject[] {
  return objects.map(({ object, patches }) => {
    const { apiVersion, kind, metadata, ...fields } = object;
    const props = {
      ...fields,
      apiVersion,
      kind,
      metadata: { ...metadata, namespace: metadata.namespace ?? namespace },
    };
    // Metadata as it is, whatever cdk8s knows of it.
    const made = new ApiObject(chart, freeId(chart, object), props as ApiObjectProps);
    if (patches.length > 0) {
      made.addJsonPatch(...patches.map(({ op, path, value }) => JsonPatch[op](path, value)));
    }
    return made;
  });
}

/** `deployment-web`; with the namespace, or a number, where that is taken. */
function freeId(chart: HelmChart, { kind, metadata }: ChartObject['object']): string {
  const plain = `${kind.toLowerCase()}-${metadata.name}`.replaceAll('/', '-');
  const isFree = (id: string) => chart.node.tryFindChild(id) === undefined;
  if (isFree(plain)) return plain;
  const longer = metadata.namespace === undefined ? plain : `${plain}-${metadata.namespace}`;
  if (isFree(longer)) return longer;
  for (let number = 2; ; number += 1) if (isFree(`${longer}-${number}`)) return `${longer}-${number}`;
}
