/** Go templates as ApplicationSets have them (Go documentation, "text/template"; Argo CD documentation, "Go Template"): the whole
 * language, and those functions of Sprig that make texts, numbers, lists and maps of each other. In come a template and
 * parameters, out comes a text; what is not understood says so. */
import type { JsonObject } from '../../objects/index.ts';
import { execute } from './execution.ts';
import { parseTemplate } from './parser.ts';
import type { TemplateOptions } from './values.ts';

export { TemplateProblem } from './values.ts';

/** @throws TemplateProblem */
export function fillGoTemplate(template: string, parameters: JsonObject, options: TemplateOptions): string {
  return template.includes('{{') ? execute(parseTemplate(template), parameters, options) : template;
}
