import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
// synth/ci/action/commands.ts
/** Lines that the runner reads (GitHub, "Workflow commands for GitHub Actions"). */
/** Has the runner show a value as stars from here on. It looks at lines, so that one of several is masked line by line. */
function addMask(value) {
	return value.split(/[\r\n]+/).filter((line) => line !== "").map((line) => `::add-mask::${escapeData(line)}`);
}
function errorCommand(message) {
	return `::error title=Truekeel::${escapeData(message)}`;
}
function escapeData(text) {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
// synth/ci/action/inputs.ts
/** What the step of a workflow gives the action, and the command line that it comes to. */
/** As `action.yml` names them. Those that are not given are empty. */
const INPUTS = [
	"token",
	"package",
	"working-directory",
	"app",
	"environment",
	"branch",
	"page",
	"require-approval",
	"allow-commands",
	"post"
];
/** As runners name the variables: upper case, spaces turned into underscores, hyphens left. */
function readInputs(env) {
	const entries = INPUTS.map((name) => [name, (env[`INPUT_${name.toUpperCase()}`] ?? "").trim()]);
	return Object.fromEntries(entries);
}
/** @throws Error when a switch is neither true nor false */
function commandLine(inputs) {
	return [
		"ci",
		...[
			"app",
			"environment",
			"branch",
			"page"
		].flatMap((name) => inputs[name] === "" ? [] : [`--${name}=${inputs[name]}`]),
		...isOn(inputs, "require-approval", false) ? ["--require-approval"] : [],
		...isOn(inputs, "allow-commands", false) ? ["--allow-commands"] : [],
		...isOn(inputs, "post", true) ? [] : ["--no-post"]
	];
}
function isOn(inputs, name, otherwise) {
	const value = inputs[name].toLowerCase();
	if (value === "") return otherwise;
	if (value === "true" || value === "false") return value === "true";
	throw new Error(`the input ${name} is true or false, not ${JSON.stringify(inputs[name])}`);
}
// synth/ci/action/install.ts
/** What npm is asked for: Truekeel, and the Node that it is tested with, neither of which runs a script to be installed. */
function installCommand(packages) {
	return [
		"npm",
		"install",
		"--ignore-scripts",
		"--no-save",
		"--no-audit",
		"--no-fund",
		"--loglevel=error",
		...packages
	];
}
/** The package that holds Node's program for a machine.
* @throws Error when there is none */
function nodeOf(platform, arch) {
	if (!["darwin", "linux"].includes(platform) || !["arm64", "x64"].includes(arch)) throw new Error(`Truekeel runs on Linux and macOS, x64 and arm64, not on ${platform} ${arch}`);
	return `node-${platform}-${arch}`;
}
// synth/ci/action/surroundings.ts
/** What the processes that the action starts get to see. */
/** Tokens that a runner gives to actions, for its caches, artifacts and identity. None of them is any business of Truekeel's,
* let alone of the packages of a pull request. */
const RUNNERS_OWN = [
	"ACTIONS_RUNTIME_TOKEN",
	"ACTIONS_RUNTIME_URL",
	"ACTIONS_ID_TOKEN_REQUEST_TOKEN",
	"ACTIONS_ID_TOKEN_REQUEST_URL",
	"ACTIONS_CACHE_URL",
	"ACTIONS_RESULTS_URL"
];
/** Tokens of forges and keys, none of which installing takes. */
const OURS = [
	"TRUEKEEL_FORGE_TOKEN",
	"TRUEKEEL_GITHUB_APP_KEY",
	"GITHUB_TOKEN",
	"GH_TOKEN",
	"GITEA_TOKEN",
	"FORGEJO_TOKEN"
];
/** For installing. */
function quietEnvironment(env) {
	return without(env, [...RUNNERS_OWN, ...OURS]);
}
/** For the run. The inputs are among the variables, and one of them is the token: an `.npmrc` can name any variable. */
function runEnvironment(env, token) {
	const hasToken = (env.TRUEKEEL_FORGE_TOKEN ?? "") !== "" || token === "";
	return {
		...without(env, RUNNERS_OWN),
		...!hasToken && { TRUEKEEL_FORGE_TOKEN: token }
	};
}
function without(env, names) {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name) && !name.startsWith("INPUT_")));
}
// synth/ci/action/main.ts
/** The action of GitHub, Gitea and Forgejo: installs Truekeel beside the checkout and runs `truekeel ci` in it. Bundled to
* `templates/github/action.mjs`, since a runner takes an action as it lies in Git, and runs it with a Node of its own. */
try {
	process.exitCode = await run(readInputs(process.env));
} catch (error) {
	process.stdout.write(`${errorCommand(error instanceof Error ? error.message : String(error))}\n`);
	process.exitCode = 1;
}
async function run(inputs) {
	for (const line of addMask(inputs.token)) process.stdout.write(`${line}\n`);
	const directory = emptyDirectory();
	const packages = [inputs.package || "truekeel@0.1.0", `${nodeOf(process.platform, process.arch)}@26.10.0`];
	const [npm, ...args] = installCommand(packages);
	const installed = await exec(npm, args, directory, quietEnvironment(process.env));
	if (installed !== 0) throw new Error(`npm could not install ${packages.join(" and ")}: exit ${installed}`);
	const modules = join(directory, "node_modules");
	const node = join(modules, nodeOf(process.platform, process.arch), "bin", "node");
	const main = join(modules, "truekeel", "build", "synth", "cli", "main.js");
	const workspace = process.env.GITHUB_WORKSPACE || process.cwd();
	return exec(node, [main, ...commandLine(inputs)], resolve(workspace, inputs["working-directory"]), runEnvironment(process.env, inputs.token));
}
/** No directory above it is the repository's: its `.npmrc` names registries, and a pull request may change it. */
function emptyDirectory() {
	const parent = process.env.RUNNER_TEMP || tmpdir();
	mkdirSync(parent, { recursive: true });
	const directory = mkdtempSync(join(parent, "truekeel-"));
	writeFileSync(join(directory, "package.json"), "{ \"private\": true }\n");
	return directory;
}
function exec(command, args, cwd, env) {
	return new Promise((done, failed) => {
		const child = spawn(command, args, {
			cwd,
			env,
			stdio: "inherit"
		});
		for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
		child.on("error", (error) => failed(/* @__PURE__ */ new Error(`${command} does not start: ${error.message}`)));
		child.on("close", (code) => done(code ?? 1));
	});
}
export {};
