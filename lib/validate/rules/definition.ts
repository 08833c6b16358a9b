/** Places in CustomResourceDefinitions, which the server names as it keeps them, not as they are written. */

/** What all versions have alike is told of the first. */
const WRITTEN: readonly (readonly [pattern: RegExp, place: string])[] = [
  [/^spec\.validation\./, 'spec.versions[0].schema.'],
  [/^spec\.(additionalPrinterColumns|selectableFields|subresources)\b/, 'spec.versions[0].$1'],
  [/^spec\.version$/, 'spec.versions[0].name'],
  [/^status\.storedVersions$/, 'spec.versions'],
  [/\.JSONPath$/, '.jsonPath'],
  [/^spec\.conversion\.webhookClientConfig/, 'spec.conversion.webhook.clientConfig'],
  [/^spec\.conversion\.conversionReviewVersions/, 'spec.conversion.webhook.conversionReviewVersions'],
];

export function writtenPlace(field: string): string {
  return WRITTEN.reduce((path, [pattern, written]) => path.replace(pattern, written), field);
}
