/** The type of the values of a chart, as a file beside its archive. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { filesOf } from '../../../lib/helm/index.ts';
import { generateChartValues, VALUES_HEADER } from '../../../lib/import/index.ts';
import { type JsonObject, type JsonValue, parseYaml, TruekeelError } from '../../../lib/objects/index.ts';
import type { FetchedChart } from './chart-source.ts';

/** @param name of the chart in the lock */
export function chartTypes(name: string, { archive, version }: FetchedChart): string {
  const files = new Map([...filesOf(name, archive)].map(({ path, data }) => [path, data.toString('utf8')]));
  const [top = ''] = [...files.keys()].map((path) => path.split('/')[0]);
  const yaml = (file: string): JsonObject => {
    const value = parseYaml(files.get(`${top}/${file}`) ?? '', { file: `${top}/${file}` })[0]?.value;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
  };
  const { dependencies } = yaml('Chart.yaml');
  const schema = schemaIn(files.get(`${top}/values.schema.json`));
  return generateChartValues({
    name,
    version,
    defaults: yaml('values.yaml'),
    ...(schema !== undefined && { schema }),
    dependencies: (Array.isArray(dependencies) ? dependencies : []).flatMap((one: JsonValue) => {
      const { alias, name: chart } = Object(one) as JsonObject;
      const called = alias ?? chart;
      return typeof called === 'string' ? [called] : [];
    }),
  });
}

/** @throws TruekeelError `FILE_EXISTS` when a file is there that was not made here */
export function writeChartTypes(file: string, text: string): void {
  if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(VALUES_HEADER)) {
    throw new TruekeelError(`${file} is there already, and was not made by truekeel import`, {
      code: 'FILE_EXISTS',
      family: 'usage',
      hint: 'Move it away.',
    });
  }
  writeFileSync(file, text);
}

/** What is wrong with it, Helm says when it renders the chart. */
function schemaIn(text: string | undefined): JsonValue | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
