// The same application as in the other languages: a store, a service that needs it, and two environments.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/truekeel/truekeel-go/truekeel"
)

func main() {
	defer jsii.Close()
	app := truekeel.NewApp(&truekeel.AppProps{
		Project:  jsii.String("greeter"),
		Policies: &[]truekeel.Policy{newHasOwner()},
	})
	staging := truekeel.NewEnvironment(app, jsii.String("staging"), &truekeel.EnvironmentProps{
		Namespace:         jsii.String("greeter"),
		KubernetesVersion: jsii.String("1.33"),
	})
	production := truekeel.NewEnvironment(app, jsii.String("production"), &truekeel.EnvironmentProps{
		Namespace:         jsii.String("greeter"),
		KubernetesVersion: jsii.String("1.33"),
		PromotesFrom:      &[]truekeel.Environment{staging},
		OnFailure:         truekeel.OnFailure_ROLL_BACK(),
		Policies: &[]truekeel.Policy{truekeel.Policies_StarterRule(jsii.String("latest-tag"), &truekeel.PolicyProps{
			Severity: truekeel.Severity_ERROR(),
		})},
	})
	fill(staging, 1)
	fill(production, 3)
	app.Synth()
}

func fill(environment truekeel.Environment, replicas int) {
	store := newWebService(environment, "store", webServiceProps{
		image:    "registry.example.com/store:2.1.0",
		port:     6379,
		replicas: 1,
		config:   map[string]string{"APPEND_ONLY": "yes", "MAX_MEMORY": "48mb"},
	})
	truekeel.PolicyException_Add(store.deployment, &truekeel.PolicyExceptionProps{
		Policy:  jsii.String("has-owner"),
		Reason:  jsii.String("the store moves to the platform team"),
		Expires: jsii.String("2099-12-31"),
	})
	data := newObject(store.application, "store-data", "v1", "PersistentVolumeClaim", nil, object{
		"spec": object{
			"accessModes": []string{"ReadWriteOnce"},
			"resources":   object{"requests": object{"storage": "1Gi"}},
		},
	})
	truekeel.Settings_Of(data).Prune(truekeel.Prune_PROTECT())
	web := newWebService(environment, "web", webServiceProps{
		image:    "registry.example.com/greeter:1.4.2",
		port:     8080,
		replicas: replicas,
		labels:   map[string]string{"owner": "greeters"},
		config:   map[string]string{"GREETING": "Grüße, 世界", "STORE": "store-service:80", "LEVEL": "0755"},
	})
	web.application.AddDependency(store.application)
}

// object is JSON.
type object = map[string]any

// newObject makes an object of any kind; content is what it has beside its metadata.
func newObject(
	scope truekeel.Application, id, apiVersion, kind string, labels map[string]string, content object,
) cdk8s.ApiObject {
	made := cdk8s.NewApiObject(scope, &id, &cdk8s.ApiObjectProps{
		ApiVersion: &apiVersion,
		Kind:       &kind,
		Metadata:   &cdk8s.ApiObjectMetadata{Labels: pointers(labels)},
	})
	for field, value := range content {
		made.AddJsonPatch(cdk8s.JsonPatch_Add(jsii.String("/"+field), value))
	}
	return made
}

func pointers(from map[string]string) *map[string]*string {
	to := make(map[string]*string, len(from))
	for key, value := range from {
		to[key] = jsii.String(value)
	}
	return &to
}
