// Shows the OpenAPI document with the local copy of Swagger UI.
SwaggerUIBundle({ url: document.getElementById("swagger").dataset.spec, dom_id: "#swagger", deepLinking: true });
