package main

import (
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/truekeel/truekeel-go/truekeel"
)

type webServiceProps struct {
	image    string
	port     int
	replicas int
	// Of the Deployment, such as who owns it.
	labels map[string]string
	config map[string]string
}

// webService is a Deployment with its Service and its ConfigMap.
type webService struct {
	application truekeel.Application
	deployment  cdk8s.ApiObject
}

func newWebService(scope truekeel.Environment, name string, props webServiceProps) webService {
	selector := map[string]string{"app.kubernetes.io/name": name}
	application := truekeel.NewApplication(scope, &name, &truekeel.ApplicationProps{
		Drift:  truekeel.Drift_CORRECT(),
		Labels: pointers(selector),
	})
	settings := newObject(application, name+"-settings", "v1", "ConfigMap", nil, object{"data": props.config})
	container := object{
		"name":    "web",
		"image":   props.image,
		"ports":   []object{{"containerPort": props.port}},
		"envFrom": []object{{"configMapRef": object{"name": *settings.Name()}}},
		"resources": object{
			"requests": object{"cpu": "100m", "memory": "64Mi"},
			"limits":   object{"memory": "64Mi"},
		},
	}
	deployment := newObject(application, name, "apps/v1", "Deployment", props.labels, object{
		"spec": object{
			"replicas": props.replicas,
			"selector": object{"matchLabels": selector},
			"template": object{
				"metadata": object{"labels": selector},
				"spec":     object{"containers": []object{container}},
			},
		},
	})
	newObject(application, name+"-service", "v1", "Service", nil, object{
		"spec": object{
			"selector": selector,
			"ports":    []object{{"port": 80, "targetPort": props.port}},
		},
	})
	return webService{application, deployment}
}
