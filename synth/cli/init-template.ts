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
    'program.test.ts': `import { render } from 'truekeel/testing';
import 'truekeel/testing/matchers';
import { expect, it } from 'vitest';
import { program } from './program.ts';

const environment = (name: string) => render(program()).environment(name);

it('survives the loss of a pod in production', () => {
  expect(environment('production')).toHaveObject({ kind: 'Deployment', spec: { replicas: 3 } });
});

it('is small in staging', () => {
  expect(environment('staging')).toHaveObject({ kind: 'Deployment', spec: { replicas: 1 } });
});

it('is reached by its port', () => {
  expect(environment('staging')).toExpose(8080);
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
