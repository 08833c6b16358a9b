// Command cel evaluates expressions as an API server does, with its libraries: a list of requests in JSON comes in, a list of
// answers goes out.
package main

import (
	"encoding/json"
	"os"
	"reflect"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/version"
	apiservercel "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

type request struct {
	Expression string
	// The value of `self`, a text.
	Self string
}

type answer struct {
	// Why it does not compile.
	Problem string
	// What it gives, in JSON; absent where it gives an error.
	Result string
	Error  string
}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		panic(err)
	}
	base := environment.MustBaseEnvSet(version.MajorMinor(1, 37))
	set, err := base.Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        []cel.EnvOption{cel.Variable("self", cel.StringType)},
	})
	if err != nil {
		panic(err)
	}
	env, err := set.Env(environment.StoredExpressions)
	if err != nil {
		panic(err)
	}
	answers := make([]answer, len(requests))
	for i, one := range requests {
		answers[i] = answered(env, one)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

func answered(env *cel.Env, one request) answer {
	ast, issues := env.Compile(one.Expression)
	if issues != nil && issues.Err() != nil {
		return answer{Problem: issues.Errors()[0].Message}
	}
	program, err := env.Program(ast, cel.CostLimit(apiservercel.PerCallLimit))
	if err != nil {
		return answer{Problem: err.Error()}
	}
	value, _, err := program.Eval(map[string]any{"self": one.Self})
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: text(value)}
}

func text(value ref.Val) string {
	if types.IsUnknownOrError(value) {
		return "error"
	}
	native, err := value.ConvertToNative(reflect.TypeFor[*structpb.Value]())
	if err != nil {
		return "unprintable"
	}
	data, err := json.Marshal(native.(*structpb.Value).AsInterface())
	if err != nil {
		return "unprintable"
	}
	return string(data)
}
