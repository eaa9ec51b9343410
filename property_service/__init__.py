"""The service centre of a property company on ERPNext: registers, service orders, complaints, stores."""

__version__ = "0.1.0"
