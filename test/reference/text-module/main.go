// Command reference fills texts in as Flux and Argo CD do, with the libraries that they do it with: a list of requests in
// JSON comes in, a list of answers goes out.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/fluxcd/pkg/envsubst"
	"sigs.k8s.io/yaml"
)

type request struct {
	// Of variables: `${name}`.
	Variables *string
	// Of Go templates.
	Template *string
	Options  []string
	Values   any
}

type answer struct {
	Result string
	Error  string
}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		panic(err)
	}
	answers := make([]answer, len(requests))
	for i, one := range requests {
		result, err := answered(one)
		answers[i].Result = result
		if err != nil {
			answers[i].Error = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

func answered(one request) (string, error) {
	if one.Variables != nil {
		values := one.Values.(map[string]any)
		return envsubst.Eval(*one.Variables, func(name string) (string, bool) {
			value, _ := values[name].(string)
			return value, true
		})
	}
	functions := sprig.GenericFuncMap()
	for name, function := range added {
		functions[name] = function
	}
	parsed, err := template.New("").Funcs(functions).Option(one.Options...).Parse(*one.Template)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, one.Values)
	return out.String(), err
}

// What Argo CD adds to the functions of Sprig, as its documentation describes it.
var added = template.FuncMap{
	"normalize": func(name string) string {
		name = regexp.MustCompile("[^-a-z0-9.]").ReplaceAllString(strings.ToLower(name), "-")
		if len(name) > 253 {
			name = name[:253]
		}
		return strings.Trim(name, "-.")
	},
	"toYaml": func(value any) (string, error) {
		data, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(data), "\n"), err
	},
	"fromYaml": func(text string) (map[string]any, error) {
		value := map[string]any{}
		err := yaml.Unmarshal([]byte(text), &value)
		return value, err
	},
	"fromYamlArray": func(text string) ([]any, error) {
		value := []any{}
		err := yaml.Unmarshal([]byte(text), &value)
		return value, err
	},
}
