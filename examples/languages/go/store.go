package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/truekeel/truekeel-go/truekeel"
)

// store is a store, object by object.
type store struct {
	application truekeel.Application
	deployment  cdk8s.ApiObject
}

func newStore(scope truekeel.Environment, name string) store {
	selector := map[string]string{"app.kubernetes.io/name": name}
	application := truekeel.NewApplication(scope, &name, &truekeel.ApplicationProps{
		Drift:  truekeel.Drift_CORRECT(),
		Labels: &map[string]*string{"app.kubernetes.io/name": &name},
	})
	settings := newObject(application, name+"-settings", "v1", "ConfigMap", object{
		"data": object{"APPEND_ONLY": "yes", "MAX_MEMORY": "48mb"},
	})
	container := object{
		"name":    "store",
		"image":   "registry.example.com/store:2.1.0",
		"ports":   []object{{"containerPort": 6379}},
		"envFrom": []object{{"configMapRef": object{"name": *settings.Name()}}},
		"resources": object{
			"requests": object{"cpu": "100m", "memory": "64Mi"},
			"limits":   object{"memory": "64Mi"},
		},
	}
	deployment := newObject(application, name, "apps/v1", "Deployment", object{
		"spec": object{
			"replicas": 1,
			"selector": object{"matchLabels": selector},
			"template": object{
				"metadata": object{"labels": selector},
				"spec":     object{"containers": []object{container}},
			},
		},
	})
	newObject(application, name+"-service", "v1", "Service", object{
		"spec": object{
			"selector": selector,
			"ports":    []object{{"port": 80, "targetPort": 6379}},
		},
	})
	data := newObject(application, name+"-data", "v1", "PersistentVolumeClaim", object{
		"spec": object{
			"accessModes": []string{"ReadWriteOnce"},
			"resources":   object{"requests": object{"storage": "1Gi"}},
		},
	})
	truekeel.Settings_Of(data).Prune(truekeel.Prune_PROTECT())
	return store{application, deployment}
}

// object is JSON.
type object = map[string]any

// newObject makes an object of any kind; content is what it has beside its metadata.
func newObject(scope truekeel.Application, id, apiVersion, kind string, content object) cdk8s.ApiObject {
	made := cdk8s.NewApiObject(scope, &id, &cdk8s.ApiObjectProps{ApiVersion: &apiVersion, Kind: &kind})
	for field, value := range content {
		made.AddJsonPatch(cdk8s.JsonPatch_Add(jsii.String("/"+field), value))
	}
	return made
}
