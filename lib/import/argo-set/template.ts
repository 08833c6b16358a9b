/** The templates of ApplicationSets, filled in. */
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { fillGoTemplate, TemplateProblem } from '../go-template/index.ts';
import { NotUnderstood } from './not-understood.ts';

/** Of templates: Go's with its options, or, where undefined, names in braces. */
export type Language = { readonly refusesMissing: boolean } | undefined;

/** Fills a template in, in all texts of a value, keys included. */
export function fill(value: JsonValue | undefined, parameters: JsonObject, language: Language): JsonValue {
  if (typeof value === 'string') return fillText(value, parameters, language);
  if (Array.isArray(value)) return value.map((item: JsonValue) => fill(item, parameters, language));
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, field]) => [
      fillText(name, parameters, language),
      fill(field, parameters, language),
    ]),
  );
}

export function fillText(template: string, parameters: JsonObject, language: Language): string {
  if (language) {
    try {
      return fillGoTemplate(template, parameters, { ...language, functions: { normalize: normalizedName } });
    } catch (error) {
      throw error instanceof TemplateProblem ? new NotUnderstood(error.message) : error;
    }
  }
  return template.replace(/\{\{\s*(.*?)\s*\}\}/gs, (whole, expression: string) => {
    const value = parameters[expression];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    throw new NotUnderstood(`${whole} in its template is not understood`);
  });
}

/** As Argo CD makes a DNS label of a name. */
export function normalizedName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 253);
}
