import { App as Cdk8sApp } from 'cdk8s';
import { canonicalJson, type JsonValue, TruekeelError } from '../objects/index.ts';
import { environmentMark, fillContent, hasOwnPolicies, valueProblems } from '../render/index.ts';
import { Application, type ApplicationProps } from './application.ts';
import { loadCopy, moduleUrl } from './application-module.ts';
import { chartLockPath, setChartLock } from './chart-lock.ts';
import { Environment } from './environment.ts';
import { imageLockPath, setImageLock } from './image-lock.ts';

/** Properties of an ApplicationFile. */
export interface ApplicationFileProps extends ApplicationProps {
  /**
   * The module that makes what is in the application: a path from the program's own file, such as
   * `./applications/web.ts`, or a URL, such as `import.meta.resolve('./web.ts')` gives.
   */
  readonly file: string;

  /**
   * What the module is told beside the application. It gets a copy; JSON can hold all of it.
   *
   * @default - nothing
   */
  readonly values?: { [name: string]: unknown };
}

/** cdk8s adds so many resolvers to those that an App is given. */
const USUAL_RESOLVERS = 3;

/**
 * An application that a module of its own makes, and that depends on nothing else in the program. `truekeel synth` makes
 * it again only when the module, what it imports or reads, or what it is given has changed.
 *
 *     new ApplicationFile(staging, 'web', { file: './applications/web.ts', namespace: 'web', values: { replicas: 2 } });
 *
 * The module exports a function that gets an Application, and the values. It returns when all is made:
 *
 *     export default (web: Application, { replicas }: { replicas: number }) => {
 *       new Deployment(web, 'web', { replicas, containers: [{ image: 'example/web:1.4' }] });
 *     };
 *
 * The environment that it finds above the application has the name, the namespace and the Kubernetes version of the real
 * one, and nothing else in it. Modules of the program are loaded anew for each such application; packages are not, so what it leaves behind in one
 * of these, or in a global variable, must not decide what another application is made of.
 */
export class ApplicationFile extends Application {
  /**
   * Declares an application.
   *
   * @param scope The environment that it belongs to.
   * @param id The application's name: lower-case letters, digits and `-`.
   * @param props The module, and what differs from the defaults.
   */
  constructor(scope: Environment, id: string, props: ApplicationFileProps) {
    const { file, values = {}, createNamespace, ...outside } = props;
    super(scope, id, outside);
    // All else is said by the application that stands in the environment.
    const inside: ApplicationProps = {
      ...(props.namespace !== undefined && { namespace: props.namespace }),
      ...(createNamespace && { createNamespace }),
      ...(props.labels && { labels: props.labels }),
    };
    const path = this.node.path;
    if (Environment._find(scope) !== scope) {
      throw wrong(path, `stands in ${scope.node.path}, which is no environment`);
    }
    const [problem] = valueProblems(values);
    if (problem)
      throw wrong(path, `is given values that JSON cannot hold: ${problem.path} ${problem.problem}`);
    const url = moduleUrl(file);
    // JSON, see above.
    const given = canonicalJson(values as JsonValue);
    const { root } = this.node;
    const resolvers = Cdk8sApp.of(this).resolvers.slice(0, -USUAL_RESOLVERS);
    const mark = environmentMark(scope);
    fillContent(
      this,
      {
        environment: scope.name,
        application: id,
        inputs: JSON.stringify([
          url,
          given,
          scope.name,
          { namespace: scope.namespace, kubernetesVersion: scope.kubernetesVersion },
          inside,
          { images: imageLockPath(root), charts: chartLockPath(root) },
        ]),
        isOpen:
          resolvers.length > 0 ||
          mark?.overrides !== undefined ||
          hasOwnPolicies(root) ||
          hasOwnPolicies(scope),
      },
      () => {
        const app = new Cdk8sApp({ resolvers });
        const lock = imageLockPath(root);
        if (lock !== undefined) setImageLock(app, lock);
        const charts = chartLockPath(root);
        if (charts !== undefined) setChartLock(app, charts);
        const environment = new Environment(app, scope.name, {
          ...(scope.namespace !== undefined && { namespace: scope.namespace }),
          ...(scope.kubernetesVersion !== undefined && { kubernetesVersion: scope.kubernetesVersion }),
        });
        const application = new Application(environment, id, inside);
        make(application, url, JSON.parse(given));
        application.node.lock();
        return application;
      },
    );
    this.node.lock();
  }
}

function make(application: Application, url: string, values: unknown): void {
  const { path } = application.node;
  const body = loadCopy(url);
  if (typeof body !== 'function')
    throw wrong(path, `is made by ${url}, which exports no function by default`);
  const made: unknown = body(application, values);
  if (made instanceof Promise) throw wrong(path, `is made by ${url}, whose function is asynchronous`);
}

function wrong(path: string, message: string): TruekeelError {
  return new TruekeelError(`${path} ${message}`, {
    code: 'INVALID_APPLICATION_FILE',
    family: 'validation',
    constructPath: path,
    hint: 'It takes a module that exports a function by default: (application, values) => { … }.',
  });
}
