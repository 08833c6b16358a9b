/** Whether a resourceVersion is as new as another one or newer. Kubernetes API concepts, "Resource versions":
 * they are decimal numbers that grow with every write of a resource, and may be compared as such. */
export function isAtLeast(resourceVersion: string, other: string): boolean {
  if (resourceVersion.length !== other.length) return resourceVersion.length > other.length;
  return resourceVersion >= other;
}
