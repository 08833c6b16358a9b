/** The files of a new project. */

export function projectFiles(name: string): Readonly<Record<string, string>> {
  return {
    'program.ts': `import { Deployment } from 'cdk8s-plus-27';
import { App, Application, Environment } from 'truekeel';

interface WebProps {
  readonly replicas: number;
}

class Web extends Application {
  constructor(scope: Environment, id: string, props: WebProps) {
    super(scope, id, { namespace: \`${name}-\${scope.name}\`, createNamespace: true });
    const web = new Deployment(this, 'web', {
      replicas: props.replicas,
      containers: [{ image: 'registry.k8s.io/pause:3.10', portNumber: 8080 }],
    });
    web.exposeViaService();
  }
}

export function program(): App {
  const app = new App();
  const staging = new Environment(app, 'staging');
  const production = new Environment(app, 'production', { promotesFrom: [staging] });
  new Web(staging, 'web', { replicas: 1 });
  new Web(production, 'web', { replicas: 3 });
  return app;
}
`,
    'main.ts': `import { program } from './program.ts';

program().synth();
`,
    'program.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTree } from 'truekeel/render';
import { program } from './program.ts';

const replicas = (environment: string) =>
  renderTree(program())
    .find(({ name }) => name === environment)
    ?.applications.flatMap(({ objects }) => objects)
    .find(({ key }) => key.kind === 'Deployment')?.object.spec.replicas;

test('production survives the loss of a pod', () => {
  assert.ok(replicas('production') > 1);
});

test('staging is small', () => {
  assert.equal(replicas('staging'), 1);
});
`,
    'tsconfig.json': `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true
  },
  "include": ["*.ts"]
}
`,
    '.gitignore': 'node_modules/\ndist/\n',
    'README.md': `# ${name}

The Kubernetes objects of ${name}, as a program. \`program.ts\` is where to begin.

\`\`\`
npm test                                    # unit tests of the program
npx truekeel sync                           # render, plan, ask, apply
\`\`\`

Without a kubeconfig, \`sync\` tries everything on embedded clusters that are gone when it ends. With one (a real
cluster's, or that of \`npx truekeel cluster start\`), it asks before it applies, and there is more to see:

\`\`\`
npx truekeel status --environment staging --tree
npx truekeel diff --environment staging     # what would change, field by field
\`\`\`
`,
  };
}
