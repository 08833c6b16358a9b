/** @returns the nodes of one cycle in order, the first again at the end; undefined when there is none. Linear. */
export function findCycle<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => Iterable<Node>,
): readonly Node[] | undefined {
  const done = new Set<Node>();
  for (const start of nodes) {
    if (done.has(start)) continue;
    const onPath = new Set<Node>([start]);
    const path: { readonly node: Node; readonly rest: Iterator<Node> }[] = [
      { node: start, rest: next(start)[Symbol.iterator]() },
    ];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const step = top.rest.next();
      if (step.done) {
        done.add(top.node);
        onPath.delete(top.node);
        path.pop();
      } else if (onPath.has(step.value)) {
        const nodesOfPath = path.map((entry) => entry.node);
        return [...nodesOfPath.slice(nodesOfPath.indexOf(step.value)), step.value];
      } else if (!done.has(step.value)) {
        onPath.add(step.value);
        path.push({ node: step.value, rest: next(step.value)[Symbol.iterator]() });
      }
    }
  }
  return undefined;
}
