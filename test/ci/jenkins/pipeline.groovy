// Runs a declarative pipeline as Jenkins does with one agent: its stages in order, their steps by a shell. Takes the file, and
// reads from the environment what Jenkins sets, and credentials as CREDENTIAL_<id> (a user's as CREDENTIAL_<id>_USER).
// What it does not know is an error, so that a test which passes has run everything that is written.

class Unknown {
    def methodMissing(String name, args) { throw new IllegalArgumentException("unknown step or section: $name") }
    def propertyMissing(String name) { throw new IllegalArgumentException("unknown name: $name") }

    void within(Closure body) {
        body.delegate = this
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body()
    }
}

class Credentials {
    static String of(String id) {
        def value = System.getenv('CREDENTIAL_' + id.replace('-', '_'))
        if (value == null) throw new IllegalArgumentException("there are no credentials $id")
        value
    }
}

// A step ended with this exit code, and with it the stages.
class Failed extends RuntimeException {
    int status
}

class Agent extends Unknown {
    void docker(Closure body) { new Docker().within(body) }
}

class Docker extends Unknown {
    void image(String name) { assert name }
}

class Options extends Unknown {
    void disableConcurrentBuilds() {}
    void timeout(Map settings) { assert settings.keySet() == ['time', 'unit'] as Set }
}

class Variables extends Unknown {
    Map<String, String> env
    String credentials(String id) { Credentials.of(id) }
    void setProperty(String name, value) {
        if (name == 'env') this.@env = value else this.@env[name] = value.toString()
    }
}

class Steps extends Unknown {
    Map<String, String> env

    void sh(String script) {
        def builder = new ProcessBuilder('sh', '-xe', '-c', script).inheritIO()
        builder.environment().clear()
        builder.environment().putAll(env)
        int status = builder.start().waitFor()
        if (status != 0) throw new Failed(status: status)
    }

    // As the plugin "Git" does it: git's questions are answered by a program, which has the answers in it and no first line
    // that says what runs it.
    Map gitUsernamePassword(Map settings) {
        def id = settings.credentialsId as String
        def (user, password) = [Credentials.of(id + '_USER'), Credentials.of(id)]
        def askpass = File.createTempFile('auth', '.sh')
        askpass.deleteOnExit()
        askpass.text = "case \$1 in\n Username*) echo $user ;;\n Password*) echo $password ;;\n esac\n"
        askpass.setExecutable(true)
        [GIT_USERNAME: user, GIT_PASSWORD: password, GIT_TERMINAL_PROMPT: 'false', GIT_ASKPASS: askpass.path]
    }

    void withCredentials(List<Map> bindings, Closure body) {
        def bound = bindings.inject([:]) { all, one -> all + one }
        new Steps(env: env + bound).within(body)
    }
}

class Stage extends Unknown {
    Map<String, String> env
    void environment(Closure body) { new Variables(env: env).within(body) }
    void steps(Closure body) { new Steps(env: env).within(body) }
}

class Stages extends Unknown {
    void stage(String name, Closure body) { new Stage(env: hidden()).within(body) }
    // Credentials are Jenkins's, and no process sees those that it was not given.
    private Map<String, String> hidden() {
        new LinkedHashMap(System.getenv().findAll { name, value -> !name.startsWith('CREDENTIAL_') })
    }
}

// What it keeps is copied to the folder that ARTIFACTS names.
class Always extends Unknown {
    void archiveArtifacts(Map settings) {
        assert settings.keySet() == ['artifacts', 'allowEmptyArchive'] as Set
        def (from, to) = [new File(settings.artifacts), new File(System.getenv('ARTIFACTS'), settings.artifacts)]
        if (from.exists()) to.bytes = from.bytes
        else assert settings.allowEmptyArchive
    }
}

class Post extends Unknown {
    void always(Closure body) { new Always().within(body) }
}

class Pipeline extends Unknown {
    Failed failed
    void agent(Closure body) { new Agent().within(body) }
    void options(Closure body) { new Options().within(body) }
    void stages(Closure body) {
        try { new Stages().within(body) } catch (Failed failed) { this.@failed = failed }
    }
    void post(Closure body) { new Post().within(body) }
}

abstract class DeclarativePipeline extends Script {
    void pipeline(Closure body) {
        def pipeline = new Pipeline()
        pipeline.within(body)
        if (pipeline.failed) System.exit(pipeline.failed.status)
    }
}

def configuration = new org.codehaus.groovy.control.CompilerConfiguration(scriptBaseClass: DeclarativePipeline.name)
new GroovyShell(this.class.classLoader, new Binding(), configuration).evaluate(new File(args[0]))
