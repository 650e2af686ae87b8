/** What a person reads when Discord said no. */

/** The message of a refusal, with the first thing that is wrong with a form. */
export function sentenceOf({ message, errors }) {
  const problem = firstProblem(errors, []);
  return problem ? `${message}: ${problem}` : message;
}

/** "options.count: The value must be at least 1." */
function firstProblem(tree, path) {
  if (!tree || typeof tree !== "object") return null;
  const [problem] = tree._errors ?? [];
  if (problem) return [path.join("."), problem.message].filter(Boolean).join(": ");
  for (const [name, branch] of Object.entries(tree)) {
    const found = firstProblem(branch, [...path, name]);
    if (found) return found;
  }
  return null;
}
